package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.internal.decoder.Pack;
import dev.halcyon.transformer.internal.torch.Scope;
import dev.halcyon.transformer.internal.torch.Tensor;
import java.lang.foreign.MemorySegment;

/// Rows of the residual stream, or of its gradient, of all packs of a group, in host memory or in a
/// file.
///
/// @param block that holds them
/// @param hidden width of a row
record RowStore(HostMemory.Block block, int hidden) implements AutoCloseable {
  static long bytes(long rows, int hidden) {
    return rows * hidden * Float.BYTES;
  }

  /// The pack's rows [rows, hidden]; on the host without a copy.
  Tensor get(Scope scope, Pack pack) {
    return scope.wrap(segment(pack), pack.rows(), hidden);
  }

  void put(Scope scope, Pack pack, Tensor rows) {
    scope.copy(rows, segment(pack));
  }

  MemorySegment segment(Pack pack) {
    return block.segment().asSlice(bytes(pack.firstRow(), hidden), bytes(pack.rows(), hidden));
  }

  @Override
  public void close() {
    block.close();
  }
}
