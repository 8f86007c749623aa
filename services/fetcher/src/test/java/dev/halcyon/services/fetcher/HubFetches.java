package dev.halcyon.services.fetcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.job.Plan;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.CompareRequest;
import dev.halcyon.contracts.request.ModelSpec;
import dev.halcyon.hub.AccessToken;
import dev.halcyon.hub.fixture.HubServer;
import dev.halcyon.hub.fixture.TinyModel;
import dev.halcyon.objectstore.MemoryObjectStore;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.fixture.LetterBox;
import dev.halcyon.services.common.models.ModelFolder;
import dev.halcyon.tensors.Checkpoint;
import dev.halcyon.tensors.TensorInfo;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A request for models on a local Hub and the tasks that fetch them, for tests.
abstract class HubFetches {
  /// Elements of the large tensors: two chunks of the client's.
  static final int ELEMENTS = 3_000_000;

  static final int TENSORS = 4;
  static final long MODEL_BYTES = 2 * (2L * ELEMENTS + 2 * 17);
  static final long MOST_HEADER_BYTES = 10_000;

  @TempDir static Path models;
  @TempDir Path folder;
  final MemoryObjectStore store = new MemoryObjectStore();
  final Recorded recorded = new Recorded();
  final LetterBox box = new LetterBox();
  HubServer server;
  HubAccess hub;

  @BeforeEach
  void start() throws IOException {
    if (!Files.exists(models.resolve("base"))) {
      TinyModel.sharded(models.resolve("base"), ELEMENTS);
      TinyModel.sharded(models.resolve("tuned"), ELEMENTS);
      // Other content is another commit.
      Files.writeString(models.resolve("tuned/README.md"), "tuned");
    }
    server =
        HubServer.start()
            .model("org/base", models.resolve("base"))
            .model("org/tuned", models.resolve("tuned"));
    hub = access(Optional.empty());
  }

  @AfterEach
  void stop() {
    hub.close();
    server.close();
  }

  HubAccess access(Optional<AccessToken> token) {
    return HubParts.access(server, token, folder.resolve("cache"));
  }

  void request(String requestId, String base, String tuned, String... components)
      throws IOException {
    request(requestId, false, base, tuned, components);
  }

  void request(
      String requestId, boolean cacheInPlace, String base, String tuned, String... components)
      throws IOException {
    CompareRequest request =
        new CompareRequest(
            ModelSpec.of(base),
            List.of(ModelSpec.of(tuned)),
            List.of(),
            List.of(components),
            Optional.empty(),
            Optional.empty());
    HubParts.requests(store, hub, models, cacheInPlace, recorded)
        .handle(requestId, Json.bytes(request));
  }

  FetchHandler handler(ObjectStore target) {
    return HubParts.fetches(target, hub, recorded);
  }

  Plan plan() throws IOException {
    return Json.read(store.get(recorded.plans.getLast().plan().key()), Plan.class);
  }

  ModelFolder stored(String model) throws IOException {
    String[] source =
        plan().models().get(model.equals("base") ? 0 : 1).fingerprint().split("@", -1);
    return ModelFolder.of(source[0], source[1]);
  }

  void assertStored(String model) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(models.resolve(model))) {
      for (TensorInfo tensor : checkpoint.tensors()) {
        byte[] object = store.get(stored(model).tensorKey(tensor.name()));
        byte[] wanted = new byte[(int) tensor.bytes()];
        try (InputStream file = Files.newInputStream(tensor.file())) {
          file.skipNBytes(tensor.offset());
          assertThat(file.readNBytes(wanted, 0, wanted.length)).isEqualTo(wanted.length);
        }
        assertThat(object).as(tensor.name()).isEqualTo(wanted);
      }
    }
  }
}
