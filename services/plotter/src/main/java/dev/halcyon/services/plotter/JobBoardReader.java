package dev.halcyon.services.plotter;

import dev.halcyon.contracts.Topic;
import dev.halcyon.contracts.job.JobState;
import dev.halcyon.contracts.json.InvalidMessageException;
import dev.halcyon.contracts.json.Json;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;

/// Keeps a [JobBoard] up to date from `job-states`. Every plotter reads all partitions from their
/// beginning, so it is in no consumer group and commits nothing.
final class JobBoardReader implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(JobBoardReader.class);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final JobBoard board;
  private final Map<String, Object> settings;
  private final Thread thread;
  private volatile boolean closed;

  /// @param kafka settings of all Kafka clients
  JobBoardReader(JobBoard board, Map<String, Object> kafka) {
    this.board = board;
    this.settings = new HashMap<>(kafka);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
    thread = Thread.ofPlatform().daemon().name("job-board").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    while (!closed) {
      try (KafkaConsumer<String, byte[]> consumer =
          new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
        follow(consumer);
      } catch (WakeupException | InterruptException e) {
        LOG.debug("the reader of job states ends", e);
      } catch (KafkaException e) {
        LOG.warnf("job states cannot be read; retrying: %s", e.getMessage());
        pause();
      }
    }
  }

  private void follow(KafkaConsumer<String, byte[]> consumer) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(Topic.JOB_STATES.topicName()).stream()
            .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    while (!closed) {
      consumer.poll(POLL).forEach(this::take);
    }
  }

  /// A state that cannot be read is left out: the page shows the other jobs.
  private void take(ConsumerRecord<String, byte[]> message) {
    if (message.value() == null) {
      board.remove(message.key());
      return;
    }
    try {
      board.put(Json.read(message.value(), JobState.class));
    } catch (InvalidMessageException e) {
      LOG.warnf("the state of job %s is omitted: %s", message.key(), e.getMessage());
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
