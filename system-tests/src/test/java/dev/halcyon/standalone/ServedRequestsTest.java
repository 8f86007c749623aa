package dev.halcyon.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.contracts.Topic;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.hub.fixture.HubServer;
import dev.halcyon.hub.fixture.WireSettings;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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

/// Which requests `halcyon serve` takes, in which order, and from where.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ServedRequestsTest {
  private static final Path MODELS =
      Path.of(System.getProperty("halcyon.root"), "examples/models").toAbsolutePath();
  private static final Duration POLL = Duration.ofMillis(100);

  /// No answer of the Hub comes while a test runs.
  private static final WireSettings SILENT = new WireSettings(Duration.ofMinutes(10), 0);

  /// Fewer than the fetcher plans at once.
  private static final int SLOW_REQUESTS = 3;

  @TempDir private Path folder;
  private HubServer hub;
  private int httpPort;
  private int kafkaPort;
  private CommandProcess serve;

  @BeforeEach
  void startServing() throws Exception {
    hub = HubServer.start().wire(SILENT);
    httpPort = Ports.free(0);
    kafkaPort = Ports.free(0);
    serve =
        CommandProcess.start(
            folder,
            Map.of(
                "HF_ENDPOINT",
                hub.endpoint().toString(),
                "HF_HOME",
                folder.resolve("hf").toString()),
            Map.of(),
            "serve",
            "--port",
            "" + httpPort,
            "--kafka-port",
            "" + kafkaPort,
            "--data",
            folder.resolve("data").toString(),
            "--models",
            MODELS.toString());
    serve.waitUntilItSays("Publish a compare request");
  }

  @AfterEach
  void stopServing() {
    serve.close();
    hub.close();
  }

  @Test
  void aHubThatDoesNotAnswerHoldsUpOnlyTheRequestsThatNameIt() throws Exception {
    try (KafkaProducer<String, byte[]> producer = producer(Map.of())) {
      for (int i = 0; i < SLOW_REQUESTS; i++) {
        producer.send(request("slow " + i, "org/base-" + i, "org/tuned-" + i)).get();
      }
      while (hub.requests().size() < SLOW_REQUESTS) {
        Thread.sleep(POLL);
      }
      producer.send(local("local", "python")).get();
    }

    awaitRendered(awaitAccepted("local"));
    assertThat(events()).noneMatch(event -> requestOf(event).startsWith("slow"));
  }

  @Test
  void requestsOfAnAbortedTransactionAreNotRead() throws Exception {
    try (KafkaProducer<String, byte[]> producer =
        producer(Map.of("transactional.id", "requests"))) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(local("aborted", "bible")).get();
      producer.abortTransaction();
      producer.beginTransaction();
      producer.send(local("committed", "python")).get();
      producer.commitTransaction();
    }

    awaitRendered(awaitAccepted("committed"));
    assertThat(events()).noneMatch(event -> requestOf(event).equals("aborted"));
    Lag.awaitNone(broker());
  }

  /// On Linux the whole of 127.0.0.0/8 is this machine, and a server on all of its addresses would
  /// answer on each.
  @Test
  void httpListensOnOneLoopbackAddressUnlessItIsToldOtherwise() throws IOException {
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), httpPort)) {
      assertThat(socket.isConnected()).isTrue();
    }
    try (Socket socket = new Socket()) {
      InetSocketAddress another = new InetSocketAddress("127.0.0.2", httpPort);
      assertThatThrownBy(() -> socket.connect(another, (int) POLL.toMillis()))
          .isInstanceOfAny(ConnectException.class, SocketTimeoutException.class);
    }
  }

  private String broker() {
    return "127.0.0.1:" + kafkaPort;
  }

  private static ProducerRecord<String, byte[]> local(String id, String fineTune) {
    return request(id, MODELS.resolve("base").toString(), MODELS.resolve(fineTune).toString());
  }

  private static ProducerRecord<String, byte[]> request(String id, String base, String fineTune) {
    String json = "{\"base\": \"%s\", \"fine_tunes\": [\"%s\"]}".formatted(base, fineTune);
    return new ProducerRecord<>(Topic.COMPARE_REQUESTS.topicName(), id, json.getBytes(UTF_8));
  }

  private KafkaProducer<String, byte[]> producer(Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put("bootstrap.servers", broker());
    return new KafkaProducer<>(all, new StringSerializer(), new ByteArraySerializer());
  }

  /// The job that a request became.
  private String awaitAccepted(String requestId) throws InterruptedException {
    while (true) {
      for (JobEvent event : events()) {
        if (event instanceof JobEvent.Accepted && requestOf(event).equals(requestId)) {
          return event.jobId();
        }
      }
      Thread.sleep(POLL);
    }
  }

  private void awaitRendered(String job) throws InterruptedException {
    while (events().stream()
        .noneMatch(event -> event instanceof JobEvent.Rendered && event.jobId().equals(job))) {
      assertThat(events()).noneMatch(event -> event instanceof JobEvent.Failed);
      Thread.sleep(POLL);
    }
  }

  /// The request that an event names; empty where it names none.
  private static String requestOf(JobEvent event) {
    return switch (event) {
      case JobEvent.Accepted accepted -> accepted.requestId();
      case JobEvent.Failed failed -> failed.requestId().orElse("");
      default -> "";
    };
  }

  /// All events so far.
  private List<JobEvent> events() {
    TopicPartition partition = new TopicPartition(Topic.JOB_EVENTS.topicName(), 0);
    List<JobEvent> events = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker(), "isolation.level", "read_committed"),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        consumer
            .poll(POLL)
            .forEach(record -> events.add(Json.read(record.value(), JobEvent.class)));
      }
    }
    return events;
  }
}
