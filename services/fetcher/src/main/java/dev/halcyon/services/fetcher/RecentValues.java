package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.store.StoredObject;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// Values that are read from stored objects. Those of the most recently used objects are kept.
final class RecentValues<V> {
  private final Reader<V> reader;
  private final Map<StoredObject, V> values;

  /// @param most values to keep
  RecentValues(int most, Reader<V> reader) {
    this.reader = reader;
    this.values =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<StoredObject, V> eldest) {
            return size() > most;
          }
        };
  }

  /// Reads an object.
  @FunctionalInterface
  interface Reader<V> {
    V read(StoredObject object) throws IOException;
  }

  /// The value of an object, which is read unless it is kept.
  synchronized V get(StoredObject object) throws IOException {
    V value = values.get(object);
    if (value == null) {
      value = reader.read(object);
      values.put(object, value);
    }
    return value;
  }
}
