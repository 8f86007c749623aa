package dev.halcyon.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.Topic;
import dev.halcyon.services.common.DeadLetter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Every kind of bad record on every topic that services read, on the broker of `halcyon serve`.
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class BadRecordsTest {
  private static final Path ROOT = Path.of(System.getProperty("halcyon.root"));
  private static final Duration POLL = Duration.ofMillis(100);

  private static final int ROUNDS = 5;

  /// The longest time after a bad record until the next one is done with.
  private static final Duration LONGEST_STOP = Duration.ofSeconds(1);

  @TempDir private Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private int httpPort;
  private int kafkaPort;
  private CommandProcess serve;

  @BeforeEach
  void choosePorts() throws Exception {
    httpPort = Ports.free(0);
    kafkaPort = Ports.free(0);
    startServing();
  }

  private void startServing() throws Exception {
    serve =
        CommandProcess.start(
            folder,
            ROOT,
            "serve",
            "--port",
            "" + httpPort,
            "--kafka-port",
            "" + kafkaPort,
            "--data",
            folder.resolve("data").toString(),
            "--models",
            "examples");
    serve.waitUntilItSays("Publish a compare request");
  }

  @AfterEach
  void stopServing() {
    serve.close();
    http.close();
  }

  @Test
  void noRecordStopsAService() throws Exception {
    Map<Topic, List<String>> sent = new HashMap<>();
    for (Topic topic : BadRecords.topics()) {
      sent.put(topic, new ArrayList<>(send(topic).keySet()));
    }
    for (Topic topic : BadRecords.topics()) {
      assertDead(topic, sent.get(topic));
    }
    assertThat(metrics())
        .contains(
            "halcyon_dead_letters_total{reason=\"tombstone\",topic=\"tensors\"} 1.0",
            "halcyon_dead_letters_total{reason=\"too_large\",topic=\"job-events\"} 1.0",
            "halcyon_dead_letters_total{reason=\"environment\",topic=\"tensors\"} 0.0");
    assertThat(failureEvents()).containsAll(sent.get(Topic.COMPARE_REQUESTS));
    for (Topic topic : BadRecords.topics()) {
      if (topic != Topic.COMPARE_REQUESTS) {
        assertThat(failureEvents()).contains(BadRecords.subject(topic));
      }
    }
    assertWorks("python");
    for (Topic topic : BadRecords.topics()) {
      assertGoesOnSoon(topic, sent.get(topic));
    }

    serve.signal("TERM");
    serve.await();
    startServing();

    assertWorks("bible");
    for (Topic topic : BadRecords.topics()) {
      assertDead(topic, sent.get(topic));
    }
    Lag.awaitNone("127.0.0.1:" + kafkaPort);
  }

  /// Sends every kind of bad record.
  ///
  /// @return when the broker had each, in milliseconds, by its key
  private Map<String, Long> send(Topic topic) {
    Map<String, Long> there = new ConcurrentHashMap<>();
    try (KafkaProducer<String, byte[]> producer = producer()) {
      for (Map.Entry<String, byte[]> record : BadRecords.of(topic).entrySet()) {
        var _ =
            producer.send(
                new ProducerRecord<>(topic.topicName(), record.getKey(), record.getValue()),
                (_, _) -> there.put(record.getKey(), System.currentTimeMillis()));
      }
    }
    return there;
  }

  /// Each record is on its topic's dead letters once, cut, with where it was and why.
  ///
  /// @return the letters
  private List<ConsumerRecord<String, byte[]>> assertDead(Topic topic, List<String> keys) {
    List<ConsumerRecord<String, byte[]>> letters = read(topic.deadLetterName(), keys.size());
    assertThat(letters)
        .as(topic.deadLetterName())
        .extracting(ConsumerRecord::key)
        .containsExactlyInAnyOrderElementsOf(keys);
    for (ConsumerRecord<String, byte[]> letter : letters) {
      assertThat(letter.value() == null ? 0 : letter.value().length)
          .isLessThanOrEqualTo(DeadLetter.KEPT_VALUE);
      assertThat(header(letter, "dead-letter-topic")).isEqualTo(topic.topicName());
      assertThat(header(letter, "dead-letter-partition")).isEqualTo("0");
      assertThat(header(letter, "dead-letter-offset")).matches("\\d+");
      assertThat(header(letter, "dead-letter-reason")).isNotEmpty();
      if (letter.key().equals("large once unpacked")) {
        assertThat(header(letter, "dead-letter-size")).isEqualTo("20000000");
        assertThat(header(letter, "dead-letter-reason")).isEqualTo("too_large");
      }
    }
    return letters;
  }

  /// Each record is dead soon after it was there and the one before it was dead. A busy machine may
  /// hold up one round; a service that stops does so in all.
  ///
  /// @param keys of all records so far; those sent here are added
  private void assertGoesOnSoon(Topic topic, List<String> keys) {
    long longest = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS && longest > LONGEST_STOP.toMillis(); round++) {
      Map<String, Long> there = send(topic);
      keys.addAll(there.keySet());
      List<ConsumerRecord<String, byte[]>> letters = assertDead(topic, keys);
      longest = longestStop(letters.subList(letters.size() - there.size(), letters.size()), there);
    }
    assertThat(longest)
        .as("longest stop on %s in milliseconds", topic.topicName())
        .isLessThanOrEqualTo(LONGEST_STOP.toMillis());
  }

  private static long longestStop(
      List<ConsumerRecord<String, byte[]>> letters, Map<String, Long> there) {
    long longest = 0;
    long before = 0;
    for (ConsumerRecord<String, byte[]> letter : letters) {
      long since = Math.max(before, there.get(letter.key()));
      longest = Math.max(longest, letter.timestamp() - since);
      before = letter.timestamp();
    }
    return longest;
  }

  private static String header(ConsumerRecord<String, byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), UTF_8);
  }

  /// The job of every failure event, or the request where one had none.
  private List<String> failureEvents() {
    List<String> subjects = new ArrayList<>();
    for (ConsumerRecord<String, byte[]> event : read(Topic.JOB_EVENTS.topicName(), 0)) {
      if (event.value() != null && new String(event.value(), UTF_8).contains("\"failed\"")) {
        subjects.add(event.key().replaceFirst("^request-", ""));
      }
    }
    return subjects;
  }

  /// Reads a topic from its beginning until there are so many records, and to its present end.
  private List<ConsumerRecord<String, byte[]>> read(String topic, int least) {
    TopicPartition partition = new TopicPartition(topic, 0);
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", "127.0.0.1:" + kafkaPort, "isolation.level", "read_committed"),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (records.size() < least || consumer.position(partition) < end) {
        consumer.poll(POLL).forEach(records::add);
      }
    }
    return records;
  }

  private KafkaProducer<String, byte[]> producer() {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers",
            "127.0.0.1:" + kafkaPort,
            "compression.type",
            "gzip",
            "max.request.size",
            "33554432",
            "buffer.memory",
            "134217728"),
        new StringSerializer(),
        new ByteArraySerializer());
  }

  /// A new job is computed and drawn.
  private void assertWorks(String fineTune) throws Exception {
    String request =
        "{\"base\": \"examples/models/base\", \"fine_tunes\": [\"examples/models/%s\"]}"
            .formatted(fineTune);
    try (KafkaProducer<String, byte[]> producer = producer()) {
      producer
          .send(
              new ProducerRecord<>(
                  Topic.COMPARE_REQUESTS.topicName(), fineTune, request.getBytes(UTF_8)))
          .get();
    }
    String job = acceptedJob(fineTune);
    while (!get("/jobs/" + job).contains("\"done\"")) {
      assertThat(get("/jobs/" + job)).doesNotContain("\"failed\"");
      Thread.sleep(POLL);
    }
  }

  private String acceptedJob(String requestId) throws Exception {
    while (true) {
      for (ConsumerRecord<String, byte[]> event : read(Topic.JOB_EVENTS.topicName(), 0)) {
        String text = event.value() == null ? "" : new String(event.value(), UTF_8);
        if (text.contains("\"accepted\"") && text.contains("\"" + requestId + "\"")) {
          return event.key();
        }
      }
      Thread.sleep(POLL);
    }
  }

  private String metrics() throws Exception {
    return get("/q/metrics");
  }

  private String get(String path) throws Exception {
    URI address = URI.create("http://127.0.0.1:" + httpPort + path);
    return http.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString()).body();
  }
}
