package dev.halcyon.services.common.models;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;
import static java.util.stream.Collectors.groupingBy;

import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.objectstore.ObjectStore.ObjectInfo;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds and removes models that were not used recently. Jobs and their reports stay.
///
/// A model was last used when [ModelUse] last marked it or anything of it was last stored. Several
/// removals at once, and users who come back to a model in mid-removal, do not disturb each other;
/// one that is killed leaves a model in part, which is whole again once its next user has fetched
/// what is missing.
public final class Retention {
  public static final Duration SHORTEST = Duration.ofDays(1);

  /// A removal stops here, so that a mark older than [ModelUse#ABANDONED] has no owner.
  private static final Duration LONGEST_REMOVAL = Duration.ofMinutes(30);

  /// A model in the store.
  ///
  /// @param bytes of all its objects
  public record StoredModel(ModelFolder folder, Instant lastUsed, long bytes) {}

  private final ObjectStore store;
  private final Clock clock;

  public Retention(ObjectStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /// All models, the least recently used first.
  public List<StoredModel> models() throws IOException {
    Map<Optional<ModelFolder>, List<ObjectInfo>> objects =
        store.list(ModelFolder.MODELS).stream()
            .collect(groupingBy(object -> ModelFolder.containing(object.key())));
    List<StoredModel> models = new ArrayList<>();
    objects.forEach((folder, content) -> folder.ifPresent(f -> models.add(stored(f, content))));
    models.sort(comparing(StoredModel::lastUsed));
    return models;
  }

  private static StoredModel stored(ModelFolder folder, List<ObjectInfo> objects) {
    Instant lastUsed =
        objects.stream()
            .filter(object -> !object.key().equals(folder.removingKey()))
            .map(ObjectInfo::lastModified)
            .max(naturalOrder())
            .orElse(Instant.EPOCH);
    long bytes = objects.stream().mapToLong(ObjectInfo::size).sum();
    return new StoredModel(folder, lastUsed, bytes);
  }

  /// The models that were last used more than `age` ago, the least recently used first.
  ///
  /// @param age at least a day
  public List<StoredModel> unusedFor(Duration age) throws IOException {
    Instant before = clock.instant().minus(requireLongEnough(age));
    return models().stream().filter(model -> model.lastUsed().isBefore(before)).toList();
  }

  /// Removes a model, unless it was used within `age` by now or another command is at it.
  ///
  /// @param age at least a day
  /// @return whether nothing of it is left
  public boolean remove(ModelFolder model, Duration age) throws IOException {
    Instant before = clock.instant().minus(requireLongEnough(age));
    if (!begin(model)) {
      return false;
    }
    boolean removed = false;
    try {
      removed = removeObjects(model, before);
    } finally {
      store.delete(model.removingKey());
    }
    return removed;
  }

  /// Takes the removal for this command; one that was abandoned is taken over.
  private boolean begin(ModelFolder model) throws IOException {
    byte[] mark = clock.instant().toString().getBytes(UTF_8);
    if (store.putIfAbsent(model.removingKey(), mark)) {
      return true;
    }
    Instant abandoned = clock.instant().minus(ModelUse.ABANDONED);
    boolean takeOver =
        store
            .find(model.removingKey())
            .filter(other -> other.lastModified().isBefore(abandoned))
            .isPresent();
    if (takeOver) {
      store.put(model.removingKey(), mark);
    }
    return takeOver;
  }

  private boolean removeObjects(ModelFolder model, Instant before) throws IOException {
    List<ObjectInfo> objects = store.list(model.prefix());
    if (!stored(model, objects).lastUsed().isBefore(before)) {
      return false;
    }
    Instant end = clock.instant().plus(LONGEST_REMOVAL);
    for (ObjectInfo object : objects) {
      if (clock.instant().isAfter(end)) {
        return false;
      }
      if (!object.key().equals(model.removingKey())) {
        store.delete(object.key());
      }
    }
    return true;
  }

  private static Duration requireLongEnough(Duration age) {
    if (age.compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException(
          "models are kept for at least a day after their last use, and %s is shorter"
              .formatted(age));
    }
    return age;
  }
}
