package dev.halcyon.services.fetcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.job.FetchTask;
import dev.halcyon.contracts.job.FisherTask.Range;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.job.ModelArrival;
import dev.halcyon.contracts.job.Plan;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.Analysis;
import dev.halcyon.contracts.request.CompareRequest;
import dev.halcyon.contracts.request.FisherSettings;
import dev.halcyon.contracts.request.ModelSpec;
import dev.halcyon.contracts.store.Digest;
import dev.halcyon.contracts.store.PlacedModel;
import dev.halcyon.contracts.store.StoredObject;
import dev.halcyon.contracts.store.TensorCopy.InFile;
import dev.halcyon.contracts.store.TensorCopy.InStore;
import dev.halcyon.hub.HubException;
import dev.halcyon.hub.fixture.Fault;
import dev.halcyon.hub.fixture.HubServer;
import dev.halcyon.hub.fixture.Repository;
import dev.halcyon.hub.fixture.Request;
import dev.halcyon.hub.fixture.TinyModel;
import dev.halcyon.objectstore.MemoryObjectStore;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.services.common.models.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From a request for the Fisher information of models on the Hub to models that are in the store
/// whole.
class HubFisherTest {
  private static final int ELEMENTS = 1000;
  private static final int TENSORS = 4;
  private static final int FILES = 2;
  private static final int OBJECTS = TENSORS + FILES;

  /// Larger than is read in one request, so that the Hub lists a digest and it is streamed.
  private static final int TOKENIZER_BYTES = 5 << 20;

  private static final long TENSOR_BYTES = 2 * (2L * ELEMENTS + 2 * 17);

  @TempDir private static Path models;
  @TempDir private Path folder;
  private final MemoryObjectStore store = new MemoryObjectStore();
  private final Recorded recorded = new Recorded();
  private HubServer server;
  private HubAccess hub;

  @BeforeEach
  void start() throws IOException {
    for (String name : List.of("base", "tuned")) {
      if (!Files.exists(models.resolve(name))) {
        TinyModel.sharded(models.resolve(name), ELEMENTS);
        Files.writeString(
            models.resolve(name).resolve("tokenizer.json"),
            name.charAt(0) + "x".repeat(TOKENIZER_BYTES));
        Files.writeString(models.resolve(name).resolve("training_args.bin"), "not needed");
      }
    }
    server =
        HubServer.start()
            .model("org/base", models.resolve("base"))
            .model("org/tuned", models.resolve("tuned"));
    hub = HubParts.access(server, Optional.empty(), folder.resolve("cache"));
  }

  @AfterEach
  void stop() {
    hub.close();
    server.close();
  }

  private void request(
      String requestId,
      boolean cacheInPlace,
      List<Analysis> analyses,
      String base,
      String... fineTunes)
      throws IOException {
    CompareRequest request =
        new CompareRequest(
            ModelSpec.of(base),
            List.of(fineTunes).stream().map(ModelSpec::of).toList(),
            analyses,
            List.of(),
            Optional.empty(),
            Optional.of(FisherSettings.standard()),
            Optional.empty());
    HubParts.requests(store, hub, models, cacheInPlace, recorded)
        .handle(requestId, Json.bytes(request));
  }

  private void request(String base) throws IOException {
    request("r1", false, List.of(Analysis.FISHER), base);
  }

  private FetchHandler handler() {
    return HubParts.fetches(store, hub, recorded);
  }

  private List<ModelArrival> arrivals() {
    return recorded.events.stream()
        .filter(JobEvent.Arrived.class::isInstance)
        .map(event -> ((JobEvent.Arrived) event).arrival())
        .toList();
  }

  private List<String> complete() {
    return arrivals().stream()
        .filter(ModelArrival::complete)
        .map(ModelArrival::model)
        .distinct()
        .toList();
  }

  private Range task() throws IOException {
    StoredObject plan = recorded.plans.getLast().plan();
    return Json.read(store.get(plan.key()), Plan.class).fisherTasks().getFirst();
  }

  private PlacedModel placed(Range task) throws IOException {
    byte[] content = store.get(task.parts().key());
    assertThat(Digest.sha256(content)).isEqualTo(task.parts().sha256());
    return Json.read(content, PlacedModel.class);
  }

  @Test
  void everyTensorAndTheFilesBesideThemAreAskedForAndNoOtherFile() throws IOException {
    request("org/base");

    assertThat(recorded.fetches)
        .extracting(FetchTask.Download::subject)
        .containsExactly(
            "config.json",
            "tokenizer.json",
            "first.bias",
            "first.weight",
            "second.bias",
            "second.weight");
    assertThat(recorded.plans.getLast().tensors()).isZero();
    assertThat(task().source()).matches("hf:org/base@[0-9a-f]{40}");
    assertThat(arrivals())
        .singleElement()
        .satisfies(arrival -> {
          assertThat(arrival.complete()).isFalse();
          assertThat(arrival.objects()).isEqualTo(OBJECTS);
        });
  }

  @Test
  void theModelHasArrivedWithItsLastObjectAndNotBefore() throws IOException {
    request("org/base");
    FetchHandler handler = handler();
    for (FetchTask.Download task : recorded.fetches.subList(0, OBJECTS - 1)) {
      handler.handle(task);
    }
    assertThat(complete()).isEmpty();

    handler.handle(recorded.fetches.getLast());
    assertThat(complete()).containsExactly("base");
    assertThat(arrivals().getLast().bytesThere())
        .isEqualTo(arrivals().getLast().bytes())
        .isGreaterThan(TENSOR_BYTES + TOKENIZER_BYTES);

    PlacedModel placed = placed(task());
    for (String name : PlacedModel.FILES) {
      InStore object = (InStore) placed.files().get(name);
      assertThat(object.key()).endsWith("/" + name);
      assertThat(store.get(object.key()))
          .isEqualTo(Files.readAllBytes(models.resolve("base").resolve(name)));
    }
    assertThat(placed.tensors()).hasSize(TENSORS);
  }

  @Test
  void whatIsThereOfTheCommitIsNotFetchedAgain() throws IOException {
    request("org/base");
    FetchHandler handler = handler();
    for (FetchTask.Download task : recorded.fetches) {
      handler.handle(task);
    }
    recorded.fetches.clear();
    recorded.events.clear();
    request("r2", false, List.of(Analysis.SIMILARITY, Analysis.FISHER), "org/base", "org/tuned");

    assertThat(recorded.fetches).allMatch(task -> task.model().equals("ft1"));
    assertThat(complete()).containsExactly("base");
  }

  @Test
  void aTensorThatIsComparedTooIsFetchedOnce() throws IOException {
    request("r1", false, List.of(Analysis.SIMILARITY, Analysis.FISHER), "org/base", "org/tuned");
    server.forgetRequests();
    FetchHandler handler = handler();
    long brought = 0;
    for (FetchTask.Download task : recorded.fetches) {
      brought += handler.handle(task);
    }

    assertThat(recorded.tensors).hasSize(TENSORS);
    assertThat(complete()).containsExactlyInAnyOrder("base", "ft1");
    assertThat(brought).isEqualTo(2 * arrivals().getLast().bytes());
  }

  @Test
  void fetchersThatPutTheLastObjectsAtOnceAnnounceTheModel() throws Exception {
    request("org/base");
    try (ExecutorService executor = Executors.newFixedThreadPool(OBJECTS)) {
      List<Future<Long>> running = new ArrayList<>();
      for (FetchTask.Download task : recorded.fetches) {
        FetchHandler replica = handler();
        running.add(executor.submit(() -> replica.handle(task)));
      }
      for (Future<Long> task : running) {
        task.get();
      }
    }
    assertThat(complete()).containsExactly("base");
  }

  @Test
  void aFetcherThatWasKilledAfterItsPutAnnouncesTheModelWhenTheTaskComesAgain() throws IOException {
    request("org/base");
    FetchHandler killed = handler();
    for (FetchTask.Download task : recorded.fetches) {
      killed.handle(task);
    }
    recorded.events.clear();
    server.forgetRequests();

    assertThat(handler().handle(recorded.fetches.getLast())).isZero();
    assertThat(complete()).containsExactly("base");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void aDamagedTokenizerIsNeverSeen() throws IOException {
    request("org/base");
    FetchTask.Download tokenizer = recorded.fetches.get(1);
    Predicate<Request> cdn = request -> request.origin().equals("cdn");
    server.faults().always(cdn, new Fault.Corrupt(1000));

    assertThatThrownBy(() -> handler().handle(tokenizer))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("tokenizer.json")
        .hasMessageContaining("the Hub lists");
    assertThat(store.find(tokenizer.target().key())).isEmpty();

    server.faults().clear();
    handler().handle(tokenizer);
    assertThat(store.find(tokenizer.target().key())).isPresent();
  }

  @Test
  void aModelWithoutATokenizerIsRefusedBeforeAnythingTravels() throws IOException {
    TinyModel.single(models.resolve("bare"), ELEMENTS);
    server.add(Repository.model("org/bare", models.resolve("bare")));

    assertThatThrownBy(() -> request("org/bare"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("org/bare")
        .hasMessageContaining("has no tokenizer.json");
    assertThat(recorded.plans).isEmpty();
  }

  /// Its architecture is looked at first, which only a worker can do.
  @Test
  void aFolderWithoutATokenizerIsLeftToTheWorker() throws IOException {
    Path bare = models.resolve("bare-folder");
    TinyModel.single(bare, ELEMENTS);

    request(bare.toString());

    assertThat(placed(task()).files().keySet()).containsExactly("config.json");
  }

  @Test
  void whatTheLocalCacheHoldsIsReadInPlaceAndIsTheSameJob() throws IOException {
    request("org/base");
    String commit = placed(task()).source().replaceFirst(".*@", "");
    Path snapshot = folder.resolve("cache/models--org--base/snapshots/" + commit);
    Files.createDirectories(snapshot);
    try (var files = Files.list(models.resolve("base"))) {
      for (Path file : files.toList()) {
        Files.copy(file, snapshot.resolve(file.getFileName()));
      }
    }
    recorded.events.clear();
    recorded.fetches.clear();
    store.delete(recorded.plans.getLast().plan().key());
    store.delete(StoreKeys.dispatched(recorded.plans.getLast().jobId(), 1));
    request("r2", true, List.of(Analysis.FISHER), "org/base");

    assertThat(recorded.fetches).isEmpty();
    assertThat(complete()).containsExactly("base");
    assertThat(placed(task()).files().get("config.json"))
        .isInstanceOfSatisfying(
            InFile.class,
            file -> assertThat(file.path()).isEqualTo(snapshot.resolve("config.json").toString()));
    assertThat(recorded.plans.getFirst().jobId()).isEqualTo(recorded.plans.getLast().jobId());
  }

  @Test
  void aFolderHasArrivedAtOnce() throws IOException {
    request(models.resolve("base").toString());

    assertThat(recorded.fetches).isEmpty();
    assertThat(complete()).containsExactly("base");
    assertThat(placed(task()).files().keySet()).containsExactly("config.json", "tokenizer.json");
  }

  @Test
  void anotherTokenizerInAFolderIsAnotherJob() throws IOException {
    Path copy = Files.createDirectories(models.resolve("copy"));
    try (var files = Files.list(models.resolve("base"))) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    request(copy.toString());
    Files.writeString(copy.resolve("tokenizer.json"), "another");
    request(copy.toString());

    assertThat(recorded.plans).hasSize(2);
    assertThat(recorded.plans.getFirst().jobId()).isNotEqualTo(recorded.plans.getLast().jobId());
  }

  @Test
  void aModelIsMarkedAsUsed() throws IOException {
    request("org/base");
    String[] source = task().source().substring("hf:".length()).split("@", -1);
    assertThat(store.find(ModelFolder.of(source[0], source[1]).fileKey(".used"))).isPresent();
  }
}
