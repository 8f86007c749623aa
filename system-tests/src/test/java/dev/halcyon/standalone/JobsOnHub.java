package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.job.Failure;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.CompareRequest;
import dev.halcyon.contracts.request.ModelSpec;
import dev.halcyon.contracts.store.ModelManifest;
import dev.halcyon.hub.fixture.HubServer;
import dev.halcyon.objectstore.DirectoryObjectStore;
import dev.halcyon.objectstore.ObjectStore.ObjectInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// One `halcyon serve` for models of a Hub that misbehaves. After each test the store holds no
/// object in part, and nothing that was written holds the token.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
abstract class JobsOnHub {
  static final String TOKEN = "hf_secretSECRETsecret";
  // Tensors of more than the 4 MiB that the fetcher reads in one request.
  private static final int SIZE = 1100;
  private static final int POLL_MILLIS = 100;
  private static final int MOST_POLLS = 300;

  @TempDir static Path folder;
  private static final AtomicInteger PAIRS = new AtomicInteger();
  static HubServer server;
  static HubServer elsewhere;
  private static CommandProcess serve;
  private static JobClient jobs;
  private static JsonNode undisturbed;

  String base;
  String tuned;

  @BeforeAll
  static void startServing() throws Exception {
    RandomModels.write(folder.resolve("base"), 1, SIZE, 0);
    RandomModels.write(folder.resolve("tuned"), 1, SIZE, 1);
    server = HubServer.start().token(TOKEN, true);
    elsewhere = HubServer.start();
    int kafkaPort = Ports.free(0);
    serve =
        CommandProcess.start(
            folder,
            Map.of(
                "HF_ENDPOINT",
                server.endpoint().toString(),
                "HF_TOKEN",
                TOKEN,
                "HF_HOME",
                folder.resolve("hf").toString()),
            Map.of(),
            "serve",
            "--port",
            "" + Ports.free(0),
            "--kafka-port",
            "" + kafkaPort,
            "--data",
            "data",
            "--models",
            folder.toString());
    serve.waitUntilItSays("Publish a compare request");
    jobs = new JobClient("127.0.0.1:" + kafkaPort);
    undisturbed =
        results(run(folder.resolve("base").toString(), folder.resolve("tuned").toString()));
    assertThat(undisturbed).hasSize(3);
  }

  @AfterAll
  static void stopServing() {
    serve.close();
    elsewhere.close();
    server.close();
  }

  /// The same weights at a commit of their own, which nothing in the store is of.
  @BeforeEach
  void addModels() throws IOException {
    String pair = "pair" + PAIRS.incrementAndGet();
    base = add(pair, "base");
    tuned = add(pair, "tuned");
    server.forgetRequests();
    elsewhere.forgetRequests();
  }

  @AfterEach
  void healAndCheckTheStore() throws Exception {
    server.faults().clear();
    awaitUploads();
    assertNothingInPart();
    assertThat(said()).doesNotContain(TOKEN).doesNotContain("Signature=");
  }

  private static String add(String pair, String model) throws IOException {
    Path copy = copy(pair, model);
    server.model(pair + "/" + model, copy);
    elsewhere.model(pair + "/" + model, copy);
    return pair + "/" + model;
  }

  private static Path copy(String pair, String model) throws IOException {
    Path copy = Files.createDirectories(folder.resolve("hub").resolve(pair).resolve(model));
    String weights = "model.safetensors";
    Files.createLink(copy.resolve(weights), folder.resolve(model).resolve(weights));
    Files.writeString(copy.resolve("README.md"), pair);
    return copy;
  }

  static JobOutcome run(String base, String tuned) {
    CompareRequest request =
        new CompareRequest(
            ModelSpec.of(base),
            List.of(ModelSpec.of(tuned)),
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    return jobs.run(request, _ -> {});
  }

  static Failure failure(JobOutcome outcome) {
    assertThat(outcome).isInstanceOf(JobOutcome.Failed.class);
    return ((JobOutcome.Failed) outcome).failure();
  }

  static JsonNode results(JobOutcome outcome) throws IOException {
    assertThat(outcome).isInstanceOf(JobOutcome.Ready.class);
    try (DirectoryObjectStore store = store()) {
      String key = StoreKeys.report(((JobOutcome.Ready) outcome).jobId());
      return Json.read(store.get(key), JsonNode.class).get("results");
    }
  }

  static void assertUndisturbed(JobOutcome outcome) throws IOException {
    assertThat(results(outcome)).isEqualTo(undisturbed);
  }

  private static DirectoryObjectStore store() {
    return new DirectoryObjectStore(folder.resolve("data/store"));
  }

  /// Every tensor in the store is as long as its model's manifest says.
  private static void assertNothingInPart() throws IOException {
    try (DirectoryObjectStore store = store()) {
      List<ObjectInfo> objects = store.list("models/");
      for (ObjectInfo manifest : objects) {
        if (manifest.key().endsWith("/" + ModelManifest.FILE)) {
          assertWhole(Json.read(store.get(manifest.key()), ModelManifest.class), objects);
        }
      }
    }
  }

  /// Other tensors of a job that has failed may still be on their way.
  private static void awaitUploads() throws IOException, InterruptedException {
    Path uploads = folder.resolve("data/store/~uploads");
    for (int i = 0; i < MOST_POLLS && !isEmpty(uploads); i++) {
      Thread.sleep(POLL_MILLIS);
    }
    assertThat(uploads).isEmptyDirectory();
  }

  private static boolean isEmpty(Path uploads) throws IOException {
    try (Stream<Path> files = Files.list(uploads)) {
      return files.findAny().isEmpty();
    }
  }

  private static void assertWhole(ModelManifest manifest, List<ObjectInfo> objects) {
    for (ModelManifest.Entry tensor : manifest.tensors()) {
      assertThat(objects)
          .filteredOn(object -> object.key().equals(tensor.object()))
          .allMatch(object -> object.size() == tensor.bytes());
    }
  }

  private static String said() throws IOException {
    StringBuilder said = new StringBuilder();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        said.append(Files.readString(file));
      }
    }
    return said.toString();
  }
}
