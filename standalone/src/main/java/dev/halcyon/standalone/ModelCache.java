package dev.halcyon.standalone;

import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.objectstore.ObjectStores;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Where the commands of this user keep tensors of models on the Hub from one job to the next.
final class ModelCache {
  private ModelCache() {}

  /// `HALCYON_CACHE`, or `halcyon` in the user's cache folder.
  static Path folder(Map<String, String> environment) {
    return root(environment).resolve("store");
  }

  private static Path root(Map<String, String> environment) {
    return value(environment, "HALCYON_CACHE")
        .map(Path::of)
        .orElseGet(() -> userCache(environment).resolve("halcyon"))
        .toAbsolutePath()
        .normalize();
  }

  static ObjectStore open(Map<String, String> environment) {
    return ObjectStores.open(folder(environment).toUri().toString(), environment);
  }

  private static Path userCache(Map<String, String> environment) {
    return value(environment, "XDG_CACHE_HOME")
        .map(Path::of)
        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"));
  }

  private static Optional<String> value(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(text -> !text.isBlank());
  }
}
