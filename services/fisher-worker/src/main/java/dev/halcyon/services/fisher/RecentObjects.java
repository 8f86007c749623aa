package dev.halcyon.services.fisher;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The sizes of objects, in the order of their last use. Safe for use by many threads.
final class RecentObjects {
  private final Map<String, Long> sizes = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /// Whether the object is here with that size; if so, it is the one that was used last.
  synchronized boolean use(String key, long size) {
    return Long.valueOf(size).equals(sizes.get(key));
  }

  synchronized void add(String key, long size) {
    remove(key);
    sizes.put(key, size);
    bytes += size;
  }

  synchronized void remove(String key) {
    Long size = sizes.remove(key);
    bytes -= size == null ? 0 : size;
  }

  /// The one whose last use is the longest ago.
  synchronized Optional<String> oldest() {
    return sizes.keySet().stream().findFirst();
  }

  /// Of all objects.
  synchronized long bytes() {
    return bytes;
  }
}
