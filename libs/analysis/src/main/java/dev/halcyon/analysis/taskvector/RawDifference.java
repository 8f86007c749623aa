package dev.halcyon.analysis.taskvector;

import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.TensorBytes;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Finds the elements in which two tensors' stored bits differ, block by block.
final class RawDifference {
  /// A multiple of the size of any element.
  private static final int BLOCK = 1 << 20;

  private final byte[] base = new byte[BLOCK];
  private final byte[] tuned = new byte[BLOCK];

  /// Takes blocks in order.
  interface Listener {
    /// Takes the next block.
    ///
    /// @param first element of the block
    /// @param differing elements of the block that differ, counted from the block's first
    /// @param count how many of `differing` there are
    /// @param tuned bytes of the fine-tune's block
    /// @param size bytes of the block
    void block(long first, int[] differing, int count, byte[] tuned, int size) throws IOException;
  }

  /// Bytes that are taken as one element: those of the dtype, or a byte of packed ones.
  static int unit(DType dtype) {
    return Math.max(1, dtype.bits() / 8);
  }

  void find(TensorBytes from, TensorBytes to, int unit, Listener listener) throws IOException {
    int[] differing = new int[BLOCK / unit];
    for (long at = 0; at < to.size(); at += BLOCK) {
      int size = (int) Math.min(BLOCK, to.size() - at);
      from.read(at, MemorySegment.ofArray(base).asSlice(0, size));
      to.read(at, MemorySegment.ofArray(tuned).asSlice(0, size));
      listener.block(at / unit, differing, differing(size, unit, differing), tuned, size);
    }
  }

  private int differing(int size, int unit, int[] into) {
    int count = 0;
    int at = 0;
    int next = Arrays.mismatch(base, at, size, tuned, at, size);
    while (next >= 0) {
      int element = (at + next) / unit;
      into[count++] = element;
      at = (element + 1) * unit;
      next = at >= size ? -1 : Arrays.mismatch(base, at, size, tuned, at, size);
    }
    return count;
  }
}
