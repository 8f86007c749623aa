package dev.halcyon.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.Topic;
import dev.halcyon.contracts.job.FisherTask;
import dev.halcyon.contracts.job.FisherTask.Merge;
import dev.halcyon.contracts.job.FisherTask.Range;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.CompareRequest;
import dev.halcyon.contracts.request.FisherSettings;
import dev.halcyon.contracts.request.ModelName;
import dev.halcyon.contracts.results.FisherResult;
import dev.halcyon.contracts.store.StoredObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The largest Fisher job that a request can ask for, through fetcher, broker and aggregator: every
/// range of every model becomes a task, and every model's ranges are added up. The test answers in
/// the workers' place.
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class LargestJobTest {
  private static final Path EXAMPLE =
      Path.of(System.getProperty("halcyon.root"), "examples/models/base").toAbsolutePath();
  private static final int MODELS = CompareRequest.MAX_FINE_TUNES + 1;
  private static final int RANGES = FisherSettings.MAX_RANGES;
  private static final Duration POLL = Duration.ofMillis(100);

  @TempDir private Path folder;

  @BeforeEach
  void writeModels() throws IOException {
    for (int i = 0; i < MODELS; i++) {
      Path model = RandomModels.write(folder.resolve("m" + i), 1, 4, i);
      for (String file : List.of("config.json", "tokenizer.json")) {
        Files.copy(EXAMPLE.resolve(file), model.resolve(file));
      }
    }
    Files.writeString(
        folder.resolve("texts.txt"),
        IntStream.range(0, RANGES)
            .mapToObj(i -> "text number " + i + "\n")
            .collect(Collectors.joining()));
  }

  @Test
  void everyRangeOfEveryModelIsATaskAndEveryModelIsAddedUp() throws Exception {
    try (Fleet fleet = Fleet.start(folder, Map.of())) {
      for (String service : List.of("fetcher", "aggregator")) {
        fleet.add(service, Map.of("halcyon.fetcher.local-roots", folder.toString()));
      }
      fleet.awaitStart();
      try (KafkaProducer<String, byte[]> producer = producer(fleet);
          KafkaConsumer<String, byte[]> consumer = consumer(fleet)) {
        producer
            .send(
                new ProducerRecord<>(
                    Topic.COMPARE_REQUESTS.topicName(), "largest", request().getBytes(UTF_8)))
            .get();
        follow(consumer, producer);
      }
    }
  }

  private String request() {
    String fineTunes =
        IntStream.range(1, MODELS)
            .mapToObj(i -> "\"" + folder.resolve("m" + i) + "\"")
            .collect(Collectors.joining(", "));
    return """
    {"base": "%s", "fine_tunes": [%s], "analyses": ["fisher"],
     "fisher": {"calibration": "%s", "samples": %d, "ranges": %d}}
    """
        .formatted(folder.resolve("m0"), fineTunes, folder.resolve("texts.txt"), RANGES, RANGES);
  }

  /// Answers all ranges; returns when each model's are to be added up.
  private static void follow(
      KafkaConsumer<String, byte[]> consumer, KafkaProducer<String, byte[]> producer) {
    Set<String> ranges = new HashSet<>();
    Map<String, Merge> merges = new HashMap<>();
    while (merges.size() < MODELS) {
      for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
        if (record.topic().equals(Topic.JOB_EVENTS.topicName())) {
          assertThat(Json.read(record.value(), JobEvent.class))
              .isNotInstanceOf(JobEvent.Failed.class);
        } else {
          switch (Json.read(record.value(), FisherTask.class)) {
            case Range range -> {
              ranges.add(range.key());
              var _ = producer.send(answer(range));
            }
            case Merge merge -> merges.put(merge.model(), merge);
            case FisherTask.Divergence _, FisherTask.Alone _ ->
                throw new AssertionError("no divergence was asked for");
          }
        }
      }
    }
    assertThat(ranges).hasSize(MODELS * RANGES);
    assertThat(merges.keySet()).containsExactlyInAnyOrderElementsOf(ModelName.all(MODELS));
    merges.values().forEach(LargestJobTest::assertInOrder);
  }

  private static ProducerRecord<String, byte[]> answer(Range range) {
    StoredObject outcome = new StoredObject(range.key(), 1, "0".repeat(64));
    FisherResult result =
        new FisherResult(
            range.jobId(), range.attempt(), range.model(), range.name(), false, outcome);
    return new ProducerRecord<>(
        Topic.FISHER_RESULTS.topicName(), range.jobId(), Json.bytes(result));
  }

  private static void assertInOrder(Merge merge) {
    assertThat(merge.outcomes())
        .extracting(StoredObject::key)
        .isEqualTo(
            IntStream.range(0, RANGES)
                .mapToObj(i -> String.join("/", merge.jobId(), merge.model(), Range.name(i)))
                .toList());
  }

  private static KafkaProducer<String, byte[]> producer(Fleet fleet) {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", fleet.bootstrapServers()),
        new StringSerializer(),
        new ByteArraySerializer());
  }

  private static KafkaConsumer<String, byte[]> consumer(Fleet fleet) {
    KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                fleet.bootstrapServers(),
                "isolation.level",
                "read_committed",
                "max.poll.records",
                RANGES),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions = new ArrayList<>();
    for (Topic topic : List.of(Topic.FISHER_TASKS, Topic.JOB_EVENTS)) {
      consumer
          .partitionsFor(topic.topicName())
          .forEach(found -> partitions.add(new TopicPartition(found.topic(), found.partition())));
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    return consumer;
  }
}
