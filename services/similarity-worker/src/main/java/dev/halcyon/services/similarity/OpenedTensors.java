package dev.halcyon.services.similarity;

import dev.halcyon.contracts.store.StoredTensor;
import dev.halcyon.tensors.TensorBytes;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/// The tensors of one comparison, with the files, reads and memory that they need until it is
/// closed.
final class OpenedTensors implements Closeable {
  private final Map<StoredTensor, TensorBytes> tensors = new HashMap<>();
  private final Queue<Closeable> kept = new ArrayDeque<>();

  TensorBytes bytes(StoredTensor stored) {
    return tensors.get(stored);
  }

  void add(StoredTensor stored, TensorBytes bytes) {
    tensors.put(stored, bytes);
  }

  <T extends Closeable> T keep(T resource) {
    kept.add(resource);
    return resource;
  }

  /// Closes what was kept, the last first.
  @Override
  public void close() throws IOException {
    if (!kept.isEmpty()) {
      try (Closeable _ = kept.remove()) {
        close();
      }
    }
  }
}
