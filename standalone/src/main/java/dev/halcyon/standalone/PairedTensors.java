package dev.halcyon.standalone;

import dev.halcyon.contracts.job.FetchTask;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.job.JobPlan;
import dev.halcyon.contracts.job.Plan;
import dev.halcyon.contracts.job.Plan.PlannedTensor;
import dev.halcyon.contracts.job.TensorReady;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.Analysis;
import dev.halcyon.contracts.request.CompareRequest;
import dev.halcyon.contracts.request.ModelSpec;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.Transient;
import dev.halcyon.services.fetcher.Announcements;
import dev.halcyon.services.fetcher.Fetcher;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/// The tensors that two models share, paired as a comparison pairs them, one after the other as
/// they can be read: models of the Hub come while others are at work.
final class PairedTensors implements AutoCloseable {
  private static final int FETCHES = 8;

  private final ObjectStore store;
  private final Fetcher fetcher;
  private final Stage<FetchTask> fetches = new Stage<>("fetch", FETCHES, this::fetch);
  private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
  private final Set<String> taken = new HashSet<>();
  private Optional<Plan> plan = Optional.empty();

  private sealed interface Arrival {
    record Ready(PlannedTensor tensor) implements Arrival {}

    record Failed(RuntimeException failure) implements Arrival {}
  }

  private PairedTensors(ObjectStore store) {
    LocalSettings settings = new LocalSettings(System.getenv(), OptionalInt.empty());
    this.store = store;
    this.fetcher = new Fetcher(store, settings.fetcher(List.of(Path.of("/"))), new Arrivals());
  }

  /// Pairs a base and a fine-tune.
  static PairedTensors plan(ObjectStore store, ModelSpec base, ModelSpec fineTune)
      throws IOException {
    CompareRequest request =
        new CompareRequest(
            LocalModels.absolute(base),
            List.of(LocalModels.absolute(fineTune)),
            List.of(Analysis.SIMILARITY),
            List.of(),
            Optional.empty(),
            Optional.empty());
    PairedTensors paired = new PairedTensors(store);
    try {
      paired.fetcher.plan("task-vector", Json.bytes(request));
      return paired;
    } catch (Throwable e) {
      paired.close();
      throw e;
    }
  }

  Plan plan() {
    return plan.orElseThrow();
  }

  /// The next tensor that can be read; each of the plan's comes once.
  PlannedTensor next() throws IOException {
    while (true) {
      switch (await()) {
        case Arrival.Ready(PlannedTensor tensor) -> {
          if (taken.add(tensor.tensor())) {
            return tensor;
          }
        }
        case Arrival.Failed(RuntimeException failure) -> throw failure;
      }
    }
  }

  private Arrival await() throws IOException {
    try {
      return arrivals.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while tensors were read");
    }
  }

  private void fetch(FetchTask task) {
    try {
      var _ = Transient.retry(() -> fetcher.fetch(task));
    } catch (RuntimeException e) {
      arrivals.add(new Arrival.Failed(e));
    }
  }

  @Override
  public void close() {
    fetches.close();
    fetcher.close();
  }

  /// Where the fetcher's messages go.
  private final class Arrivals implements Announcements {
    private static final CompletableFuture<Void> DELIVERED =
        CompletableFuture.completedFuture(null);

    @Override
    public CompletableFuture<Void> plan(JobPlan announced) {
      try {
        plan = Optional.of(Json.read(store.get(announced.plan().key()), Plan.class));
        return DELIVERED;
      } catch (IOException e) {
        return CompletableFuture.failedFuture(e);
      }
    }

    @Override
    public CompletableFuture<Void> fetch(FetchTask.Download task) {
      fetches.add(task);
      return DELIVERED;
    }

    @Override
    public CompletableFuture<Void> tensor(TensorReady ready) {
      arrivals.add(new Arrival.Ready(ready.tensor()));
      return DELIVERED;
    }

    @Override
    public CompletableFuture<Void> event(JobEvent event) {
      return DELIVERED;
    }
  }
}
