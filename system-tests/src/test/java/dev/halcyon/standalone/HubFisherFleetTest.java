package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.halcyon.contracts.JobState;
import dev.halcyon.contracts.JobState.StageProgress;
import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.Topic;
import dev.halcyon.hub.fixture.HubServer;
import dev.halcyon.hub.fixture.WireSettings;
import dev.halcyon.objectstore.DirectoryObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Fisher information of models on the Hub through a fleet: two fetchers bring them into the store,
/// two workers read them there, and one of each is killed at work.
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class HubFisherFleetTest {
  private static final Path ROOT = Path.of(System.getProperty("halcyon.root"));
  private static final List<String> MODELS = List.of("base", "python");

  /// Slow enough that a model takes seconds.
  private static final WireSettings SLOW = new WireSettings(Duration.ofMillis(50), 200_000);

  @TempDir private Path folder;
  private final ObjectMapper mapper = new ObjectMapper();
  private final Map<String, ServiceProcess> services = new LinkedHashMap<>();
  private HubServer server;

  @BeforeEach
  void start() {
    server = HubServer.start().wire(SLOW);
    MODELS.forEach(name -> server.model("org/" + name, model(name)));
  }

  @AfterEach
  void stop() {
    services.values().forEach(ServiceProcess::close);
    server.close();
  }

  private static Path model(String name) {
    return ROOT.resolve("examples/models").resolve(name).toAbsolutePath();
  }

  @Test
  void killedFetchersAndWorkersGiveTheNumbersOfTheFoldersAndOneReport() throws Exception {
    JsonNode folders = ofFoldersByCommand();
    JsonNode hub = ofTheHubByFleet();

    assertThat(hub.get("fisher")).hasSize(2);
    assertThat(hub.at("/fisher/0/report/model/name").asText()).isEqualTo("org/base");
    assertThat(hub.at("/fisher/0/report/model/digest").asText()).startsWith("org/base@");
    assertThat(withoutModels(hub.get("fisher"))).isEqualTo(withoutModels(folders.get("fisher")));
    assertThat(hub.get("results")).isEqualTo(folders.get("results"));
  }

  private String withoutModels(JsonNode fisher) {
    fisher.forEach(model -> ((ObjectNode) model.get("report")).remove("model"));
    return fisher.toPrettyString();
  }

  private String request(String base, String tuned) {
    return """
    {"base": "%s", "fine_tunes": ["%s"], "analyses": ["similarity", "fisher"],
     "fisher": {"samples": 8, "ranges": 4, "chunks": 2}}
    """
        .formatted(base, tuned);
  }

  private JsonNode ofFoldersByCommand() throws Exception {
    Path request =
        Files.writeString(
            folder.resolve("folders.json"),
            request(model("base").toString(), model("python").toString()));
    CommandProcess.Ended ended =
        CommandProcess.run(
            folder,
            "compare",
            "--request",
            request.toString(),
            "--threads",
            "1",
            "--output",
            folder.resolve("folders").toString());
    assertThat(ended.status()).as(ended::err).isZero();
    return mapper.readTree(folder.resolve("folders/report.json").toFile());
  }

  private JsonNode ofTheHubByFleet() throws Exception {
    Path store = Files.createDirectories(folder.resolve("store"));
    Path request =
        Files.writeString(folder.resolve("hub.json"), request("org/base", "hf:org/python@main"));
    try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), 0)) {
      for (String name : List.of("similarity-worker", "aggregator", "plotter")) {
        start(broker, store, name, name);
      }
      for (String name : List.of("fetcher", "fisher-worker")) {
        start(broker, store, name, name);
        start(broker, store, name, name + "-victim");
      }
      waitForTopics(broker);
      Killer killer = new Killer();
      JobClient.Outcome outcome =
          new JobClient(broker.bootstrapServers()).run(RequestFile.read(request), killer::watch);

      assertThat(outcome).as(this::logs).isInstanceOf(JobClient.Outcome.Ready.class);
      assertThat(killer.killed).containsExactly("fetcher-victim", "fisher-worker-victim");
      assertThat(records(broker, Topic.REPORTS)).isOne();
      assertThat(server.bytesFromCdn()).isLessThan(2 * bytes());
      return report(store, ((JobClient.Outcome.Ready) outcome).jobId());
    }
  }

  private static long bytes() throws IOException {
    long bytes = 0;
    for (String name : MODELS) {
      bytes += Files.size(model(name).resolve("model.safetensors"));
    }
    return bytes;
  }

  /// Kills a fetcher while the base is on its way, and a worker while it is computed.
  private final class Killer {
    private final Set<String> killed = new TreeSet<>();

    void watch(JobState state) {
      if (any(state, stage -> stage.stage().equals("fetch base") && isUnderWay(stage))) {
        kill("fetcher-victim");
      }
      if (any(state, stage -> stage.stage().equals("fisher base") && isUnderWay(stage))) {
        kill("fisher-worker-victim");
      }
    }

    private static boolean any(JobState state, Predicate<StageProgress> stage) {
      return state.stages().stream().anyMatch(stage);
    }

    private static boolean isUnderWay(StageProgress stage) {
      return stage.done() > 0 && stage.done() < stage.total();
    }

    private void kill(String name) {
      if (killed.add(name)) {
        try {
          services.get(name).killAndRestart();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException(e);
        }
      }
    }
  }

  private void start(EmbeddedBroker broker, Path store, String name, String log)
      throws IOException {
    Map<String, String> settings = new HashMap<>();
    settings.put("kafka.bootstrap.servers", broker.bootstrapServers());
    settings.put("halcyon.store.uri", store.toUri().toString());
    settings.put("halcyon.topics.work-partitions", "4");
    settings.put("halcyon.topics.job-partitions", "2");
    settings.put("halcyon.topics.replication-factor", "1");
    settings.put("halcyon.fisher.threads", "1");
    settings.put("quarkus.http.port", "0");
    settings.put("quarkus.http.host", "127.0.0.1");
    settings.put("halcyon.aggregator.state-directory", folder.resolve("streams").toString());
    Map<String, String> environment =
        Map.of(
            "HF_ENDPOINT",
            server.endpoint().toString(),
            "HF_HOME",
            folder.resolve("hf").toString());
    services.put(
        log,
        ServiceProcess.start(
            name, settings, environment, Files.createDirectories(folder.resolve(log))));
  }

  private static void waitForTopics(EmbeddedBroker broker) throws Exception {
    try (Admin admin =
        Admin.create(Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()))) {
      while (!admin
          .listTopics()
          .names()
          .get()
          .containsAll(Set.of("job-states", "job-events", "fisher-tasks", "fetch-tasks"))) {
        Thread.sleep(200);
      }
    }
  }

  /// How many records of a topic were committed.
  private static int records(EmbeddedBroker broker, Topic topic) {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", broker.bootstrapServers(), "isolation.level", "read_committed");
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic.topicName()).stream()
              .map(found -> new TopicPartition(found.topic(), found.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      int count = 0;
      while (partitions.stream().anyMatch(found -> consumer.position(found) < ends.get(found))) {
        for (ConsumerRecord<String, byte[]> _ : consumer.poll(Duration.ofMillis(100))) {
          count++;
        }
      }
      return count;
    }
  }

  private JsonNode report(Path storeFolder, String jobId) throws IOException {
    try (DirectoryObjectStore store = new DirectoryObjectStore(storeFolder)) {
      return mapper.readTree(store.get(StoreKeys.report(jobId)));
    }
  }

  private String logs() {
    StringBuilder logs = new StringBuilder();
    try (var files = Files.walk(folder)) {
      for (Path log : files.filter(file -> file.toString().endsWith(".log")).toList()) {
        logs.append(log).append(": ").append(Files.readString(log));
      }
    } catch (IOException e) {
      logs.append(e.getMessage());
    }
    return logs.toString();
  }
}
