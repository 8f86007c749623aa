package dev.halcyon.standalone;

import dev.halcyon.contracts.Topic;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.services.aggregator.CountedJobs;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/// A similarity worker that waits for as long as a comparison takes, and sends a made-up result.
final class WaitingWorker implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);

  private final KafkaConsumer<String, byte[]> consumer;
  private final KafkaProducer<String, byte[]> producer;
  private final Duration work;
  private final CountDownLatch assigned = new CountDownLatch(1);
  private final Thread thread = Thread.ofPlatform().daemon().unstarted(this::run);

  private WaitingWorker(
      Map<String, String> address, KafkaProducer<String, byte[]> producer, Duration work) {
    Map<String, Object> settings = new HashMap<>(address);
    settings.put("group.id", "halcyon-similarity-worker");
    settings.put("auto.offset.reset", "earliest");
    settings.put("isolation.level", "read_committed");
    settings.put("max.poll.records", 50);
    this.consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
    this.producer = producer;
    this.work = work;
  }

  /// @param producer of results
  /// @param work time that a tensor takes
  static WaitingWorker start(
      Map<String, String> address, KafkaProducer<String, byte[]> producer, Duration work) {
    WaitingWorker worker = new WaitingWorker(address, producer, work);
    worker.thread.start();
    return worker;
  }

  void awaitPartitions() throws InterruptedException {
    assigned.await();
  }

  private void run() {
    try (consumer) {
      consumer.subscribe(List.of(Topic.TENSORS.topicName()));
      while (true) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
          compare(record.key());
        }
        if (!consumer.assignment().isEmpty()) {
          assigned.countDown();
        }
      }
    } catch (WakeupException | InterruptedException _) {
      // the end
    }
  }

  private void compare(String key) throws InterruptedException {
    Thread.sleep(work);
    int slash = key.indexOf('/');
    String job = key.substring(0, slash);
    var _ =
        producer.send(
            new ProducerRecord<>(
                Topic.TENSOR_RESULTS.topicName(),
                job,
                Json.bytes(CountedJobs.result(job, key.substring(slash + 1)))));
  }

  @Override
  public void close() {
    consumer.wakeup();
  }
}
