package dev.halcyon.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.job.Failure;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.CompareRequest;
import dev.halcyon.contracts.request.ModelSpec;
import dev.halcyon.contracts.store.ModelManifest;
import dev.halcyon.hub.fixture.Fault;
import dev.halcyon.hub.fixture.Faults;
import dev.halcyon.hub.fixture.HubServer;
import dev.halcyon.hub.fixture.Repository;
import dev.halcyon.hub.fixture.Request;
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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Jobs of one `halcyon serve` on models of a Hub that misbehaves. Each ends in the report of the
/// same models undisturbed, or in an error that says what to do; the store then holds no object in
/// part, and the same request succeeds once the Hub is well again.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class HubFaultsTest {
  private static final String TOKEN = "hf_secretSECRETsecret";
  // Tensors of more than the 4 MiB that the fetcher reads in one request.
  private static final int SIZE = 1100;
  private static final Predicate<Request> ANY = Faults.hub("/").or(Faults.cdn());
  private static final int POLL_MILLIS = 100;
  private static final int MOST_POLLS = 300;

  @TempDir private static Path folder;
  private static final AtomicInteger PAIRS = new AtomicInteger();
  private static HubServer server;
  private static HubServer elsewhere;
  private static CommandProcess serve;
  private static JobClient jobs;
  private static JsonNode undisturbed;

  private String base;
  private String tuned;

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

  static Stream<Arguments> survived() {
    return Stream.of(
        Arguments.of("connections reset", 4, Faults.cdn(), new Fault.ResetAfter(1_500_000)),
        Arguments.of("connections reset at once", 2, Faults.cdn(), new Fault.ResetAfter(0)),
        Arguments.of("bodies cut short", 4, Faults.cdn(), new Fault.CloseAfter(1_000_000)),
        Arguments.of("lengths that are too large", 2, Faults.cdn(), new Fault.LengthOff(1000)),
        Arguments.of("503 burst of the Hub", 2, Faults.hub("/"), new Fault.Status(503)),
        Arguments.of("503 burst of the storage", 5, Faults.cdn(), new Fault.Status(503)),
        Arguments.of(
            "429 storm",
            5,
            ANY,
            new Fault.Status(429, Map.of("RateLimit", "\"api\";r=0;t=0", "Retry-After", "9"))),
        Arguments.of("headers without end", 1, Faults.cdn(), new Fault.Garbage()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("survived")
  void aPassingFaultChangesNothingInTheReport(
      String name, int times, Predicate<Request> when, Fault fault) throws Exception {
    server.faults().times(times, when, fault);

    assertUndisturbed(run(base, tuned));
    assertThat(server.faults().shown()).isEqualTo(times);
  }

  /// Six failures in a row are one more than a request for a listing or a header may have.
  @Test
  void aStorageThatFailsInMidJobIsWaitedForLongerThanInPlanning() throws Exception {
    server.faults().times(6, oneRange(), new Fault.Status(503));

    assertUndisturbed(run(base, tuned));
    assertThat(server.faults().shown()).isEqualTo(6);
  }

  /// The first range of a tensor that is asked for.
  private static Predicate<Request> oneRange() {
    AtomicReference<String> chosen = new AtomicReference<>();
    return inTensors()
        .and(request -> {
          String range = request.path() + request.range();
          return range.equals(chosen.updateAndGet(known -> known == null ? range : known));
        });
  }

  @Test
  void signedUrlsThatRunOutInMidJobAreAskedForAnew() throws Exception {
    AtomicInteger ranges = new AtomicInteger();
    Predicate<Request> onTheSecondRange = inTensors().and(_ -> ranges.incrementAndGet() == 2);
    server
        .faults()
        .once(
            onTheSecondRange.and(_ -> {
              server.expireUrls();
              return true;
            }),
            new Fault.ResetAfter(1_500_000));

    assertUndisturbed(run(base, tuned));
    assertThat(server.requests())
        .filteredOn(Request::isHeadRequest)
        .as("one for each file, and one for each whose URL ran out")
        .hasSizeGreaterThan(2);
  }

  @Test
  void aRedirectToAnotherHostIsFollowedWithoutTheToken() throws Exception {
    for (String model : List.of(base, tuned)) {
      String path = "/api/models/" + model + "/revision/main";
      server.faults().always(Faults.hub(path), new Fault.RedirectTo(elsewhere.endpoint() + path));
    }

    assertUndisturbed(run(base, tuned));
    assertThat(elsewhere.requests()).hasSize(2).allMatch(request -> request.token().isEmpty());
    assertThat(server.requests())
        .filteredOn(request -> request.origin().equals("hub"))
        .allMatch(request -> request.token().equals(Optional.of(TOKEN)));
  }

  static Stream<Arguments> fatal() {
    Failure.Cause user = Failure.Cause.BAD_INPUT;
    Failure.Cause operator = Failure.Cause.ENVIRONMENT;
    Predicate<Request> resolving = Faults.hub("/revision/");
    return Stream.of(
        Arguments.of("another range", Faults.cdn(), new Fault.RangeOff(7), user, "another range"),
        Arguments.of("another size", Faults.cdn(), new Fault.SizeOff(7), operator, "not of the"),
        Arguments.of("another file", Faults.cdn(), new Fault.Body("{}"), operator, "not of the"),
        Arguments.of("endless file", Faults.cdn(), new Fault.Endless(), user, "more bytes than"),
        Arguments.of(
            "endless tensor", inTensors(), new Fault.Endless(), user, "more bytes than the range"),
        Arguments.of("endless answer", resolving, new Fault.Endless(), user, "longer than"),
        Arguments.of("huge headers", resolving, new Fault.HugeHeaders(10_000_000), user, "headers"),
        Arguments.of(
            "huge headers of a tensor",
            inTensors(),
            new Fault.HugeHeaders(1 << 20),
            user,
            "headers"),
        Arguments.of("no Hub", resolving, new Fault.Body("<html>"), user, "not JSON"),
        Arguments.of(
            "a pause of a day",
            resolving,
            new Fault.Status(429, Map.of("Retry-After", "86400")),
            operator,
            "asks to wait 86401 s"),
        Arguments.of(
            "no URL", resolving, new Fault.RedirectTo("file:///etc/passwd"), user, "refused"));
  }

  /// Ranges behind the eight bytes of the header's length and the header.
  private static Predicate<Request> inTensors() {
    return Faults.cdn().and(r -> r.range().map(range -> range.first() > Long.BYTES).orElse(false));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("fatal")
  void aLastingFaultIsAClearErrorAndTheNextRequestSucceeds(
      String name, Predicate<Request> when, Fault fault, Failure.Cause cause, String words)
      throws Exception {
    server.faults().always(when, fault);

    Failure failure = failure(run(base, tuned));
    assertThat(failure.cause()).as(failure.message()).isEqualTo(cause);
    assertThat(failure.message()).containsAnyOf(base, tuned).contains(words);
    assertThat(failure.message()).doesNotContain("Exception").doesNotContain("Signature");

    server.faults().clear();
    assertUndisturbed(run(base, tuned));
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../../escaped", "/escaped", "a/../../escaped", "C:\\escaped", "a//b"})
  void aListingWhosePathsLeadOutOfTheRepositoryIsRefused(String path) throws Exception {
    server.add(
        Repository.model("acme/listing", folder.resolve("hub").resolve(tuned))
            .listedAs("README.md", path));

    assertThat(failure(run(base, "acme/listing")))
        .isEqualTo(
            new Failure(
                Failure.Cause.BAD_INPUT,
                "[acme/listing] the server lists a file whose path leads out of the"
                    + " repository: check that HF_ENDPOINT is a Hub"));
  }

  @Test
  void anIndexWhoseShardsLeadOutOfTheRepositoryIsRefused() throws Exception {
    Path model = Files.createDirectories(folder.resolve("index"));
    Files.writeString(
        model.resolve("model.safetensors.index.json"),
        "{\"weight_map\":{\"w\":\"../../base/model.safetensors\"}}");
    server.model("acme/index", model);

    Failure failure = failure(run(base, "acme/index"));
    assertThat(failure.cause()).isEqualTo(Failure.Cause.BAD_INPUT);
    assertThat(failure.message()).contains("acme/index", "../../base/model.safetensors");
  }

  @ParameterizedTest
  @ValueSource(strings = {"acme/..", "hf:../../etc", "hf:acme/x@../../y", "hf:acme/x@refs/../y"})
  void aModelsNameThatIsAPathIsRefused(String name) throws Exception {
    Failure failure = failure(run(base, name));
    assertThat(failure.cause()).as(failure.message()).isEqualTo(Failure.Cause.BAD_INPUT);
    assertThat(server.requests()).noneMatch(request -> request.path().contains(".."));
  }

  /// Names of tensors are the model's to choose; in the store they are digests.
  @Test
  void tensorsMayBeNamedLikePaths() throws Exception {
    String escape = "../../../../escaped.weight";
    for (String model : List.of("base", "tuned")) {
      Path weights = folder.resolve("hub/paths").resolve(model);
      server.model(
          "paths/" + model, RandomModels.write(weights, List.of(escape), 8, model.length()));
    }

    JsonNode results = results(run("paths/base", "paths/tuned"));
    assertThat(results).hasSize(1);
    assertThat(results.get(0).toString()).contains(escape);
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files).noneMatch(file -> file.getFileName().toString().contains("escaped"));
    }
  }

  private static JobOutcome run(String base, String tuned) {
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

  private static Failure failure(JobOutcome outcome) {
    assertThat(outcome).isInstanceOf(JobOutcome.Failed.class);
    return ((JobOutcome.Failed) outcome).failure();
  }

  private static JsonNode results(JobOutcome outcome) throws IOException {
    assertThat(outcome).isInstanceOf(JobOutcome.Ready.class);
    try (DirectoryObjectStore store = store()) {
      String key = StoreKeys.report(((JobOutcome.Ready) outcome).jobId());
      return Json.read(store.get(key), JsonNode.class).get("results");
    }
  }

  private static void assertUndisturbed(JobOutcome outcome) throws IOException {
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
