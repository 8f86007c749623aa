package dev.halcyon.standalone;

import dev.halcyon.contracts.Topic;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.job.JobState;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.CompareRequest;
import dev.halcyon.services.common.EnvironmentException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// Publishes a compare request and follows its job to the end, over Kafka alone.
final class JobClient {
  private static final Duration POLL = Duration.ofMillis(100);

  private final String bootstrapServers;

  JobClient(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
  }

  /// Publishes and waits.
  ///
  /// @param progress is told each new state of the job
  JobOutcome run(CompareRequest request, Consumer<JobState> progress) {
    try (KafkaConsumer<String, byte[]> consumer = consumer()) {
      List<TopicPartition> partitions = partitions(consumer);
      consumer.assign(partitions);
      consumer.seekToEnd(partitions);
      partitions.forEach(consumer::position);
      String requestId = publish(request);
      return follow(consumer, requestId, progress);
    }
  }

  private String publish(CompareRequest request) {
    String requestId = UUID.randomUUID().toString();
    Map<String, Object> settings = Map.of("bootstrap.servers", bootstrapServers, "acks", "all");
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      producer
          .send(
              new ProducerRecord<>(
                  Topic.COMPARE_REQUESTS.topicName(), requestId, Json.bytes(request)))
          .get();
    } catch (ExecutionException e) {
      throw new EnvironmentException("cannot publish: " + e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EnvironmentException("interrupted while publishing", e);
    }
    return requestId;
  }

  private static JobOutcome follow(
      KafkaConsumer<String, byte[]> consumer, String requestId, Consumer<JobState> progress) {
    JobFollower follower = new JobFollower(requestId, progress);
    while (!follower.outcome().isDone()) {
      for (ConsumerRecord<String, byte[]> message : consumer.poll(POLL)) {
        if (message.topic().equals(Topic.JOB_STATES.topicName())) {
          follower.take(Json.read(message.value(), JobState.class));
        } else {
          follower.take(Json.read(message.value(), JobEvent.class));
        }
      }
    }
    return follower.outcome().join();
  }

  private KafkaConsumer<String, byte[]> consumer() {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            bootstrapServers,
            "enable.auto.commit",
            false,
            "isolation.level",
            "read_committed");
    return new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
  }

  private static List<TopicPartition> partitions(KafkaConsumer<String, byte[]> consumer) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (Topic topic : List.of(Topic.JOB_EVENTS, Topic.JOB_STATES)) {
      consumer
          .partitionsFor(topic.topicName())
          .forEach(found -> partitions.add(new TopicPartition(found.topic(), found.partition())));
    }
    return partitions;
  }
}
