package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.job.FetchTask;
import dev.halcyon.contracts.job.ModelArrival;
import dev.halcyon.contracts.store.PlacedModel;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.ReferencedObjects;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.LongSupplier;

/// Follows how much of the models that Fisher information is computed of is in the store.
///
/// A model's objects are looked for in one order, each until it is found and not again. Whoever has
/// put an object looks afterwards, so of several fetchers that put a model's last objects at the
/// same time at least one finds all of them; it may be more than one.
final class Arrivals {
  private static final int MODELS_KEPT = 64;
  private static final long NANOS_BETWEEN = Duration.ofSeconds(1).toNanos();

  private final ObjectStore store;
  private final LongSupplier clock;
  private final RecentValues<Arriving> models;

  /// @param clock in nanoseconds
  Arrivals(ObjectStore store, LongSupplier clock) {
    this.store = store;
    this.clock = clock;
    ReferencedObjects objects = new ReferencedObjects(store);
    this.models =
        new RecentValues<>(
            MODELS_KEPT, whole -> new Arriving(objects.read(whole, PlacedModel.class).stored()));
  }

  /// How much there is of the task's model, when it is to be published: periodically, and always
  /// when it is all.
  Optional<ModelArrival> news(FetchTask.Part task) throws IOException {
    return models.get(task.whole()).news(task.model());
  }

  /// One model.
  private final class Arriving {
    private final Queue<PlacedModel.Part> missing;
    private final long objects;
    private final long bytes;
    private long bytesThere;
    private long told = clock.getAsLong() - NANOS_BETWEEN;

    Arriving(List<PlacedModel.Part> parts) {
      missing = new ArrayDeque<>(parts);
      objects = parts.size();
      bytes = parts.stream().mapToLong(PlacedModel.Part::bytes).sum();
    }

    synchronized Optional<ModelArrival> news(String model) throws IOException {
      while (!missing.isEmpty() && store.find(missing.peek().place().key()).isPresent()) {
        bytesThere += missing.remove().bytes();
      }
      long now = clock.getAsLong();
      if (!missing.isEmpty() && now - told < NANOS_BETWEEN) {
        return Optional.empty();
      }
      told = now;
      return Optional.of(
          new ModelArrival(model, objects - missing.size(), objects, bytesThere, bytes));
    }
  }
}
