package dev.halcyon.services.fetcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.job.FetchTask;
import dev.halcyon.contracts.job.TensorReady;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.store.ModelManifest;
import dev.halcyon.contracts.store.TensorCopy;
import dev.halcyon.contracts.store.TensorCopy.InFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// From a request for models on the Hub to tensors in the store.
class HubFetchTest extends HubFetches {
  @Test
  void planningReadsHeadersAndAsksForEachCopy() throws IOException {
    request("r1", "org/base", "org/tuned@main");

    assertThat(recorded.tensors).isEmpty();
    assertThat(recorded.fetches)
        .extracting(task -> task.model() + " " + task.subject())
        .containsExactly(
            "base first.bias",
            "ft1 first.bias",
            "base first.weight",
            "ft1 first.weight",
            "base second.bias",
            "ft1 second.bias",
            "base second.weight",
            "ft1 second.weight");
    assertThat(server.bytesFromCdn()).isLessThan(MOST_HEADER_BYTES);
    assertThat(plan().models().getFirst().source()).matches("hf:org/base@[0-9a-f]{40}");
    ModelManifest manifest =
        Json.read(store.get(stored("base").fileKey("manifest.json")), ModelManifest.class);
    assertThat(manifest.tensors())
        .extracting(ModelManifest.Entry::tensor)
        .containsExactly("first.bias", "first.weight", "second.bias", "second.weight");
  }

  @Test
  void tasksBringTheTensorsBytesAndTheLastCopyAnnouncesTheTensor() throws IOException {
    request("r1", "org/base", "org/tuned");
    FetchHandler handler = handler(store);
    List<Integer> announced = new ArrayList<>();
    for (FetchTask.Download task : recorded.fetches) {
      handler.handle(task);
      announced.add(recorded.tensors.size());
    }

    assertStored("base");
    assertStored("tuned");
    assertThat(announced).containsExactly(0, 1, 1, 2, 2, 3, 3, 4);
    assertThat(recorded.tensors)
        .extracting(TensorReady::tensor)
        .containsExactlyElementsOf(plan().tensors());
  }

  @Test
  void whatTheStoreHasOfTheCommitIsNotFetchedAgain() throws IOException {
    request("r1", "org/base", "org/tuned");
    FetchHandler handler = handler(store);
    for (FetchTask.Download task : recorded.fetches) {
      handler.handle(task);
    }
    recorded.fetches.clear();
    recorded.tensors.clear();
    server.forgetRequests();
    request("r2", "org/base", "hf:org/tuned", "weight");

    assertThat(recorded.fetches).isEmpty();
    assertThat(recorded.tensors)
        .extracting(ready -> ready.tensor().tensor())
        .containsExactly("first.weight", "second.weight");
    assertThat(server.bytesFromCdn()).isLessThan(MOST_HEADER_BYTES);
  }

  @Test
  void twoJobsThatAskAtOnceFetchOnce() throws Exception {
    request("r1", "org/base", "org/tuned");
    request("r2", "org/base", "org/tuned", "weight", "bias");
    assertThat(recorded.plans.getFirst().jobId()).isNotEqualTo(recorded.plans.getLast().jobId());
    assertThat(recorded.fetches).hasSize(4 * TENSORS);
    server.forgetRequests();

    FetchHandler handler = handler(store);
    try (ExecutorService executor = Executors.newFixedThreadPool(8)) {
      List<Future<Long>> running = new ArrayList<>();
      for (FetchTask.Download task : recorded.fetches) {
        running.add(executor.submit(() -> handler.handle(task)));
      }
      long brought = 0;
      for (Future<Long> task : running) {
        brought += task.get();
      }
      assertThat(brought).isEqualTo(2 * MODEL_BYTES);
    }
    assertThat(server.bytesFromCdn()).isEqualTo(2 * MODEL_BYTES);
    assertThat(recorded.tensors)
        .extracting(ready -> ready.jobId() + " " + ready.tensor().tensor())
        .contains(
            recorded.plans.getFirst().jobId() + " first.weight",
            recorded.plans.getLast().jobId() + " first.weight")
        .hasSizeGreaterThanOrEqualTo(2 * TENSORS);
    assertStored("base");
    assertStored("tuned");
  }

  @Test
  void aFetcherThatWasKilledGoesOnWithTheTensorsThatAreMissing() throws IOException {
    request("r1", "org/base", "org/tuned");
    FetchHandler killed = handler(store);
    for (FetchTask.Download task : recorded.fetches.subList(0, 3)) {
      killed.handle(task);
    }
    server.forgetRequests();
    recorded.tensors.clear();
    FetchHandler next = handler(store);
    for (FetchTask.Download task : recorded.fetches) {
      next.handle(task);
    }

    long finished = 2 * 17 * 2 + 2L * ELEMENTS;
    assertThat(server.bytesFromCdn()).isEqualTo(2 * MODEL_BYTES - finished);
    assertThat(recorded.tensors)
        .extracting(ready -> ready.tensor().tensor())
        .contains("first.bias", "first.weight", "second.bias", "second.weight");
    assertStored("tuned");
  }

  @Test
  void aModelIsMarkedAsUsed() throws IOException {
    request("r1", "org/base", "org/tuned");
    assertThat(store.find(stored("base").fileKey(".used"))).isPresent();
    assertThat(store.find(stored("tuned").fileKey(".used"))).isPresent();
  }

  @Test
  void aFolderAndAModelOnTheHubAreComparedToo() throws IOException {
    request("r1", models.resolve("base").toString(), "org/tuned");
    FetchHandler handler = handler(store);
    for (FetchTask.Download task : recorded.fetches) {
      handler.handle(task);
    }

    assertThat(recorded.fetches).hasSize(TENSORS).allMatch(task -> task.model().equals("ft1"));
    assertThat(recorded.tensors).hasSize(TENSORS);
    assertThat(plan().tensors().getFirst().copies().getFirst().stored().getFirst().location())
        .isInstanceOf(InFile.class);
  }

  @Test
  void whatTheLocalCacheHoldsIsReadInPlaceWhereWorkersSeeIt() throws IOException {
    request("r1", "org/base", "org/tuned");
    String commit = stored("base").revision();
    Path snapshot = folder.resolve("cache/models--org--base/snapshots/" + commit);
    Files.createDirectories(snapshot);
    String shard = "model-00001-of-00002.safetensors";
    Files.copy(models.resolve("base").resolve(shard), snapshot.resolve(shard));
    recorded.fetches.clear();
    request("r2", true, "org/base", "org/tuned", "weight");

    assertThat(recorded.fetches)
        .extracting(task -> task.model() + " " + task.subject())
        .containsExactly("ft1 first.weight", "base second.weight", "ft1 second.weight");
    TensorCopy inPlace = plan().tensors().getFirst().copies().getFirst();
    assertThat(inPlace.stored().getFirst().location())
        .isInstanceOfSatisfying(
            InFile.class,
            file -> assertThat(file.path()).isEqualTo(snapshot.resolve(shard).toString()));
  }
}
