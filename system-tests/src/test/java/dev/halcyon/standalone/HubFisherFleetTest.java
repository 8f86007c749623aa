package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.Topic;
import dev.halcyon.contracts.job.JobState;
import dev.halcyon.contracts.job.JobState.StageProgress;
import dev.halcyon.hub.fixture.HubServer;
import dev.halcyon.hub.fixture.WireSettings;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.objectstore.ObjectStores;
import dev.halcyon.objectstore.fixture.MinioServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
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

/// Fisher information and divergence of models on the Hub through a fleet: two fetchers bring them
/// into an S3 store, two workers read them there and keep them. A fetcher is killed at work, a
/// worker at the Fisher information and the other one at the divergence.
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class HubFisherFleetTest {
  private static final Path ROOT = Path.of(System.getProperty("halcyon.root"));
  private static final List<String> MODELS = List.of("base", "python");
  private static final String BUCKET = "halcyon";
  private static final int SAMPLES = 8;

  /// Slow enough that a model takes seconds.
  private static final WireSettings SLOW = new WireSettings(Duration.ofMillis(50), 200_000);

  @TempDir private Path folder;
  private final ObjectMapper mapper = new ObjectMapper();
  private HubServer server;
  private MinioServer minio;

  @BeforeEach
  void start() throws Exception {
    minio = MinioServer.start(Files.createDirectory(folder.resolve("data")));
    minio.makeBucket(BUCKET);
    server = HubServer.start().wire(SLOW);
    MODELS.forEach(name -> server.model("org/" + name, model(name)));
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
    if (minio != null) {
      minio.close();
    }
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
    assertThat(hub.at("/divergence/fine_tunes/0/samples")).hasSize(SAMPLES);
    assertThat(withoutModels(hub.at("/divergence"), hub.at("/divergence/fine_tunes/0")))
        .isEqualTo(
            withoutModels(folders.at("/divergence"), folders.at("/divergence/fine_tunes/0")));
  }

  private static String withoutModels(JsonNode divergence, JsonNode fineTune) {
    ((ObjectNode) divergence).remove("base");
    ((ObjectNode) fineTune).remove("model");
    return divergence.toPrettyString();
  }

  private static String withoutModels(JsonNode fisher) {
    fisher.forEach(model -> ((ObjectNode) model.get("report")).remove("model"));
    return fisher.toPrettyString();
  }

  private String request(String base, String tuned) {
    return """
    {"base": "%1$s", "fine_tunes": ["%2$s"], "analyses": ["similarity", "fisher", "divergence"],
     "fisher": {"samples": %3$d, "ranges": 4, "chunks": 2},
     "divergence": {"samples": %3$d, "ranges": 4, "nodes": 2}}
    """
        .formatted(base, tuned, SAMPLES);
  }

  private JsonNode ofFoldersByCommand() throws Exception {
    Path request =
        Files.writeString(
            folder.resolve("folders.json"),
            request(model("base").toString(), model("python").toString()));
    CommandProcess.Ended ended =
        CommandHere.run(
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
    Path request =
        Files.writeString(folder.resolve("hub.json"), request("org/base", "hf:org/python@main"));
    Path kept = Files.createDirectory(folder.resolve("kept"));
    try (Fleet fleet = Fleet.start(folder, environment())) {
      Map<String, String> settings =
          Map.of(
              "halcyon.store.uri",
              "s3://" + BUCKET,
              "halcyon.fisher.threads",
              "1",
              "halcyon.fisher.temporary-folder",
              kept.toString(),
              "halcyon.fisher.disk",
              "256M");
      for (String name : List.of("similarity-worker", "aggregator", "plotter")) {
        fleet.add(name, settings);
      }
      for (String name : List.of("fetcher", "fisher-worker")) {
        fleet.add(name, settings);
        fleet.add(name, name + "-victim", settings);
      }
      fleet.awaitStart();
      Killer killer = new Killer(fleet);
      JobOutcome outcome =
          new JobClient(fleet.bootstrapServers()).run(RequestFile.read(request), killer::watch);

      assertThat(outcome).as(fleet::logs).isInstanceOf(JobOutcome.Ready.class);
      assertThat(killer.killed)
          .containsExactly("fetcher-victim", "fisher-worker", "fisher-worker-victim");
      assertThat(records(fleet, Topic.REPORTS)).isOne();
      assertThat(server.bytesFromCdn()).isLessThan(2 * bytes());
      assertThat(keptBytes(kept)).isGreaterThan(bytes());
      return report(((JobOutcome.Ready) outcome).jobId());
    }
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(minio.environment());
    environment.put("HF_ENDPOINT", server.endpoint().toString());
    environment.put("HF_HOME", folder.resolve("hf").toString());
    return environment;
  }

  /// Of the weights that workers keep on their disk; each of the two keeps a copy.
  private static long keptBytes(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().contains("halcyon-weights-") && Files.isRegularFile(file))
          .mapToLong(file -> file.toFile().length())
          .sum();
    }
  }

  private static long bytes() throws IOException {
    long bytes = 0;
    for (String name : MODELS) {
      bytes += Files.size(model(name).resolve("model.safetensors"));
    }
    return bytes;
  }

  /// Kills a fetcher when some tensors have come and the base is not whole, a worker while the
  /// base's Fisher information is computed, and the other one while the divergence is.
  private static final class Killer {
    private final Fleet fleet;
    private final Set<String> killed = new TreeSet<>();

    Killer(Fleet fleet) {
      this.fleet = fleet;
    }

    void watch(JobState state) {
      if (any(state, stage -> stage.stage().equals("fetch base") && stage.done() < stage.total())
          && any(state, stage -> stage.stage().equals("similarity") && stage.done() > 0)) {
        kill("fetcher-victim");
      }
      if (any(state, stage -> stage.stage().equals("fisher base") && isUnderWay(stage))) {
        kill("fisher-worker-victim");
      }
      if (any(state, stage -> stage.stage().equals("divergence") && isUnderWay(stage))) {
        kill("fisher-worker");
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
        fleet.kill(name);
      }
    }
  }

  /// How many records of a topic were committed.
  private static int records(Fleet fleet, Topic topic) {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", fleet.bootstrapServers(), "isolation.level", "read_committed");
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

  private JsonNode report(String jobId) throws Exception {
    try (ObjectStore store = ObjectStores.open("s3://" + BUCKET, minio.environment())) {
      return mapper.readTree(store.get(StoreKeys.report(jobId)));
    }
  }
}
