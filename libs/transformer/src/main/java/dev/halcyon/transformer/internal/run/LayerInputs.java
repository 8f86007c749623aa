package dev.halcyon.transformer.internal.run;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/// The inputs of the layers, by layer; that of the layer after the last is the head's.
final class LayerInputs implements AutoCloseable {
  private final Map<Integer, RowStore> stores = new HashMap<>();
  private final Opening opening;

  /// Rows of float32.
  LayerInputs(HostMemory memory, long rows, int hidden) {
    this(() -> new RowStore(memory.allocate(RowStore.bytes(rows, hidden)), hidden));
  }

  LayerInputs(Opening opening) {
    this.opening = opening;
  }

  /// Makes the store of a layer.
  interface Opening {
    RowStore open() throws IOException;
  }

  RowStore open(int layer) throws IOException {
    RowStore store = opening.open();
    stores.put(layer, store);
    return store;
  }

  RowStore get(int layer) {
    return stores.get(layer);
  }

  void close(int layer) {
    stores.remove(layer).close();
  }

  @Override
  public void close() {
    stores.values().forEach(RowStore::close);
  }
}
