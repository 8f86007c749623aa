package dev.halcyon.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.job.Failure;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.CompareRequest;
import dev.halcyon.contracts.results.ResultManifest;
import dev.halcyon.contracts.results.ResultManifest.ResultFile;
import dev.halcyon.objectstore.DirectoryObjectStore;
import dev.halcyon.objectstore.ObjectStore;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The same jobs through the services on Kafka and through a local command's queues: the same files
/// to the last byte, and the same failures.
@Timeout(900)
@TestInstance(Lifecycle.PER_CLASS)
class TransportContractTest {
  private static final Path ROOT = Path.of(System.getProperty("halcyon.root")).toAbsolutePath();

  private static final Pattern LISTENING =
      Pattern.compile("Listening on: http://127\\.0\\.0\\.1:(\\d+)");

  @TempDir private static Path folder;
  private Fleet fleet;

  @BeforeAll
  void startFleet() throws Exception {
    RandomModels.write(
        folder.resolve("base"), List.of("model.layers.0.mlp.up_proj.weight", "only.base"), 40, 0);
    RandomModels.write(
        folder.resolve("tuned"), List.of("model.layers.0.mlp.up_proj.weight", "only.tuned"), 40, 1);
    RandomModels.write(folder.resolve("other"), List.of("model.norm.weight", "only.base"), 24, 2);
    fleet = Fleet.start(folder, Map.of());
    for (String service : Fleet.SERVICES) {
      fleet.add(
          service,
          Map.of(
              "halcyon.fetcher.local-roots",
              ROOT + "," + folder,
              "halcyon.fisher.threads",
              "1",
              "halcyon.similarity.threads",
              "2"));
    }
    fleet.awaitStart();
  }

  @AfterAll
  void stopFleet() {
    if (fleet != null) {
      fleet.close();
    }
  }

  @Test
  void similarityOfThreeModels() throws Exception {
    assertSameFiles(
        """
        {"base": {"model": "%1$s/base", "label": "b"},
         "fine_tunes": [{"model": "%1$s/python", "label": "p"}, {"model": "%1$s/bible", "label": "q"}]}
        """
            .formatted(models()),
        "similarity_results.csv",
        "similarity_heatmaps.png");
  }

  @Test
  void componentsAndAScale() throws Exception {
    assertSameFiles(
        """
        {"base": "%1$s/base", "fine_tunes": ["%1$s/python"], "components": ["q_proj", "down_proj"],
         "scale": [0.99, 1.0]}
        """
            .formatted(models()),
        "similarity_lineplot.svg");
  }

  @Test
  void tensorsThatAreSkipped() throws Exception {
    Map<String, byte[]> files =
        assertSameFiles(
            """
            {"base": "%1$s/base", "fine_tunes": ["%1$s/tuned"]}
            """
                .formatted(folder),
            "report.json");

    assertThat(new String(files.get("report.json"), UTF_8)).contains("only.base", "only.tuned");
  }

  @Test
  void fisherInformationOfTwoModelsInRanges() throws Exception {
    assertSameFiles(
        """
        {"base": "%1$s/base", "fine_tunes": ["%1$s/python"], "analyses": ["similarity", "fisher"],
         "fisher": {"samples": 6, "max_length": 64, "ranges": 3, "chunks": 2,
                    "save_diagonal": "safetensors"}}
        """
            .formatted(models()),
        "similarity_results.csv",
        "fisher/base/fisher_parameters.csv");
  }

  @Test
  void fisherInformationInOneRange() throws Exception {
    assertSameFiles(
        """
        {"base": "%1$s/base", "analyses": ["fisher"],
         "fisher": {"samples": 3, "max_length": 48, "save_diagonal": "pt"}}
        """
            .formatted(models()),
        "fisher_diagonal.pt");
  }

  @Test
  void divergenceOfTwoFineTunesBesideTheOtherAnalyses() throws Exception {
    assertSameFiles(
        """
        {"base": {"model": "%1$s/base", "label": "b"},
         "fine_tunes": [{"model": "%1$s/python", "label": "p"}, {"model": "%1$s/bible", "label": "q"}],
         "analyses": ["similarity", "fisher", "divergence"],
         "fisher": {"samples": 6, "max_length": 64, "ranges": 2},
         "divergence": {"samples": 3, "max_length": 32, "objective": "both", "nodes": 2, "alone": 1,
                        "ranges": 3}}
        """
            .formatted(models()),
        "divergence.csv",
        "divergence_layers.csv",
        "divergence_samples.csv",
        "divergence.png",
        "importance_change.svg",
        "report.html");
  }

  @Test
  void divergenceOfAnAdapter() throws Exception {
    assertSameFiles(
        """
        {"base": "%1$s/base", "fine_tunes": ["%1$s/python-lora"], "analyses": ["divergence"],
         "divergence": {"samples": 3, "max_length": 48}}
        """
            .formatted(models()),
        "divergence.csv");
  }

  @Test
  void aModelThatIsNotThere() throws Exception {
    assertSameFailure(
        """
        {"base": "%1$s/base", "fine_tunes": ["%1$s/nowhere"]}
        """
            .formatted(folder));
  }

  @Test
  void aDamagedModel() throws Exception {
    Path damaged = RandomModels.write(folder.resolve("damaged"), 1, 1);
    try (RandomAccessFile file =
        new RandomAccessFile(damaged.resolve("model.safetensors").toFile(), "rw")) {
      file.setLength(file.length() - 1);
    }

    assertSameFailure(
        """
        {"base": "%1$s/base", "fine_tunes": ["%1$s/damaged"]}
        """
            .formatted(folder));
  }

  @Test
  void modelsWithNothingInCommon() throws Exception {
    assertSameFailure(
        """
        {"base": "%1$s/tuned", "fine_tunes": ["%1$s/other"]}
        """
            .formatted(folder));
  }

  /// Planned without complaint, and refused by the worker.
  @Test
  void textsThatAreAllTooShort() throws Exception {
    Path texts = Files.writeString(folder.resolve("short.txt"), "a\nb\n");

    assertSameFailure(
        """
        {"base": "%s/base", "analyses": ["fisher"],
         "fisher": {"calibration": "%s", "min_tokens": 50}}
        """
            .formatted(models(), texts));
  }

  /// On Linux a server on all addresses of a machine would answer on the whole of 127.0.0.0/8.
  @Test
  void everyServiceListensOnOneLoopbackAddressUnlessItIsToldOtherwise() throws IOException {
    for (String service : Fleet.SERVICES) {
      Matcher port = LISTENING.matcher(Files.readString(folder.resolve(service, service + ".log")));
      assertThat(port.find()).as(service).isTrue();
      InetSocketAddress another =
          new InetSocketAddress("127.0.0.2", Integer.parseInt(port.group(1)));
      try (Socket socket = new Socket()) {
        assertThatThrownBy(() -> socket.connect(another, 1000))
            .as(service)
            .isInstanceOfAny(ConnectException.class, SocketTimeoutException.class);
      }
    }
  }

  private static Path models() {
    return ROOT.resolve("examples/models");
  }

  /// @return the files
  private Map<String, byte[]> assertSameFiles(String request, String... expected)
      throws IOException {
    Map<String, byte[]> local;
    try (ObjectStore store = new DirectoryObjectStore(folder.resolve("local-store"))) {
      local = files(store, locally(store, request));
    }
    Map<String, byte[]> distributed;
    try (ObjectStore store = new DirectoryObjectStore(fleet.store())) {
      distributed = files(store, onKafka(request));
    }

    assertThat(local).containsKeys(expected);
    assertThat(local.keySet()).isEqualTo(distributed.keySet());
    for (Map.Entry<String, byte[]> file : local.entrySet()) {
      assertThat(file.getValue()).as(file.getKey()).isEqualTo(distributed.get(file.getKey()));
    }
    return local;
  }

  private void assertSameFailure(String request) throws IOException {
    JobOutcome local;
    try (ObjectStore store = new DirectoryObjectStore(folder.resolve("local-store"))) {
      local = locally(store, request);
    }

    assertThat(local).isInstanceOf(JobOutcome.Failed.class).isEqualTo(onKafka(request));
    assertThat(((JobOutcome.Failed) local).failure().cause()).isEqualTo(Failure.Cause.BAD_INPUT);
  }

  private static JobOutcome locally(ObjectStore store, String request) {
    LocalServices.Surroundings given =
        new LocalServices.Surroundings(
            store,
            List.of(ROOT, folder),
            folder.resolve("temporary"),
            new LocalSettings(Map.of("HALCYON_FISHER_THREADS", "1"), OptionalInt.empty()));
    return LocalServices.run(given, read(request), _ -> {});
  }

  private JobOutcome onKafka(String request) {
    return new JobClient(fleet.bootstrapServers()).run(read(request), _ -> {});
  }

  private static CompareRequest read(String request) {
    return Json.read(request.getBytes(UTF_8), CompareRequest.class);
  }

  /// All result files by name; report and page without what names their run.
  private Map<String, byte[]> files(ObjectStore store, JobOutcome outcome) throws IOException {
    assertThat(outcome).as(fleet::logs).isInstanceOf(JobOutcome.Ready.class);
    JobOutcome.Ready ready = (JobOutcome.Ready) outcome;
    ResultManifest manifest =
        Json.read(
            store.get(StoreKeys.resultManifest(ready.jobId(), ready.renderingId())),
            ResultManifest.class);
    Map<String, byte[]> files = new TreeMap<>();
    for (ResultFile file : manifest.files()) {
      String key =
          file.object()
              .orElseGet(() -> StoreKeys.result(ready.jobId(), ready.renderingId(), file.name()));
      byte[] content = store.get(key);
      files.put(file.name(), withoutRun(file.name(), content));
    }
    return files;
  }

  private static byte[] withoutRun(String name, byte[] content) throws IOException {
    return switch (name) {
      case "report.json" -> UndisturbedJob.content(content).getBytes(UTF_8);
      case "report.html" ->
          new String(content, UTF_8)
              .replaceFirst("(?s)(<script [^>]*id=\"run-data\">).*?(</script>)", "$1$2")
              .getBytes(UTF_8);
      default -> content;
    };
  }
}
