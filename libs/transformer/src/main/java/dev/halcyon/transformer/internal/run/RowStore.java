package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.internal.decoder.Pack;
import dev.halcyon.transformer.internal.torch.ElementType;
import dev.halcyon.transformer.internal.torch.Scope;
import dev.halcyon.transformer.internal.torch.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Rows of the residual stream, or of its gradient, of all packs of a group, in host memory or in a
/// file.
///
/// @param block that holds them
/// @param hidden width of a row
/// @param type of its elements
/// @param firstRow that it holds, among those of all packs
record RowStore(HostMemory.Block block, int hidden, ElementType type, long firstRow)
    implements AutoCloseable {
  /// Rows of float32.
  RowStore(HostMemory.Block block, int hidden) {
    this(block, hidden, ElementType.FLOAT32, 0);
  }

  /// The rows of packs that follow one another.
  static RowStore of(List<Pack> packs, HostMemory memory, int hidden, ElementType type)
      throws IOException {
    long rows = packs.stream().mapToLong(Pack::rows).sum();
    return new RowStore(
        memory.allocate(rows * hidden * type.bytes()), hidden, type, packs.getFirst().firstRow());
  }

  static long bytes(long rows, int hidden) {
    return rows * hidden * Float.BYTES;
  }

  /// The pack's rows [rows, hidden]; on the host without a copy.
  Tensor get(Scope scope, Pack pack) {
    return scope.wrap(type, segment(pack), pack.rows(), hidden);
  }

  void put(Scope scope, Pack pack, Tensor rows) {
    scope.copy(type, rows, segment(pack));
  }

  MemorySegment segment(Pack pack) {
    long row = (long) hidden * type.bytes();
    return block.segment().asSlice((pack.firstRow() - firstRow) * row, pack.rows() * row);
  }

  @Override
  public void close() {
    block.close();
  }
}
