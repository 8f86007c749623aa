package dev.halcyon.services.fisher;

import dev.halcyon.objectstore.ObjectStore;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// A store that counts the bytes that are read of each object.
final class CountedStore {
  private final ObjectStore store;
  private final Map<String, Long> bytes = new ConcurrentHashMap<>();

  CountedStore(ObjectStore store) {
    this.store = store;
  }

  ObjectStore store() {
    return (ObjectStore)
        Proxy.newProxyInstance(
            ObjectStore.class.getClassLoader(),
            new Class<?>[] {ObjectStore.class},
            (_, called, arguments) -> {
              try {
                Object result = called.invoke(store, arguments);
                switch (called.getName()) {
                  case "read" -> count(arguments[0], ((MemorySegment) arguments[2]).byteSize());
                  case "open" -> count(arguments[0], (long) arguments[2]);
                  case "get" -> count(arguments[0], ((byte[]) result).length);
                  default -> {}
                }
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private void count(Object key, long size) {
    bytes.merge((String) key, size, Long::sum);
  }

  /// Of an object, 0 where none was read.
  long bytes(String key) {
    return bytes.getOrDefault(key, 0L);
  }

  /// How often each object with that prefix was read, at least in part.
  Map<String, Double> reads(String prefix) throws IOException {
    Map<String, Double> reads = new ConcurrentHashMap<>();
    for (ObjectStore.ObjectInfo object : store.list(prefix)) {
      if (object.size() > 0) {
        reads.put(object.key(), bytes(object.key()) / (double) object.size());
      }
    }
    return reads;
  }
}
