package dev.halcyon.services.common.models;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.objectstore.ObjectStore.ObjectInfo;
import dev.halcyon.objectstore.StoreUnavailableException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Tells [Retention] that a model is needed, at most once an hour and model.
///
/// A user of a model and a command that removes it each write their own mark first and look for the
/// other's then, so that at least one of them sees the other and gives way: a model that [#mark]
/// has returned for is not removed for as long as the shortest retention, a day.
public final class ModelUse {
  static final Duration REFRESH = Duration.ofHours(1);

  /// A removal ends by itself long before, so the process that left a mark of this age has ended.
  static final Duration ABANDONED = Duration.ofHours(1);

  private final ObjectStore store;
  private final Clock clock;
  private final Map<ModelFolder, Instant> marked = new ConcurrentHashMap<>();

  public ModelUse(ObjectStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /// Call this before looking for what the store has of the model, and again while work on it goes
  /// on; most calls cost nothing.
  ///
  /// @throws StoreUnavailableException while the model is being removed, which takes minutes at
  ///   most
  public void mark(ModelFolder model) throws IOException {
    Instant now = clock.instant();
    Instant last = marked.get(model);
    if (last != null && last.plus(REFRESH).isAfter(now)) {
      return;
    }
    if (!markedSince(model, now.minus(REFRESH))) {
      store.put(model.usedKey(), now.toString().getBytes(UTF_8));
    }
    requireNotRemoved(model, now);
    marked.put(model, now);
  }

  private boolean markedSince(ModelFolder model, Instant since) throws IOException {
    return store
        .find(model.usedKey())
        .filter(mark -> mark.lastModified().isAfter(since))
        .isPresent();
  }

  private void requireNotRemoved(ModelFolder model, Instant now) throws IOException {
    Optional<ObjectInfo> removal = store.find(model.removingKey());
    if (removal.isEmpty()) {
      return;
    }
    if (removal.get().lastModified().plus(ABANDONED).isAfter(now)) {
      throw new StoreUnavailableException(
          "[%s] model %s is being removed because it has not been used recently: try again in a few minutes"
              .formatted(store, model),
          null);
    }
    store.delete(model.removingKey());
  }
}
