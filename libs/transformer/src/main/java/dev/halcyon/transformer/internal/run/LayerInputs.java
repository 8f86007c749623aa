package dev.halcyon.transformer.internal.run;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/// The inputs of the layers, by layer; that of the layer after the last is the head's.
final class LayerInputs implements AutoCloseable {
  private final Map<Integer, RowStore> stores = new HashMap<>();
  private final HostMemory memory;
  private final long rows;
  private final int hidden;

  LayerInputs(HostMemory memory, long rows, int hidden) {
    this.memory = memory;
    this.rows = rows;
    this.hidden = hidden;
  }

  RowStore open(int layer) throws IOException {
    RowStore store = new RowStore(memory.allocate(RowStore.bytes(rows, hidden)), hidden);
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
