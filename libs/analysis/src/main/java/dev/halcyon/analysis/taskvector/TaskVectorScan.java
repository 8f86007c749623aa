package dev.halcyon.analysis.taskvector;

import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.TensorBytes;
import dev.halcyon.tensors.kernels.Widening;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Computes a tensor's change, fine-tune less base, block by block. The difference of the widened
/// elements is rounded to float32 once.
public final class TaskVectorScan {
  private static final int BLOCK = 1 << 18;

  private final double[] base = new double[BLOCK];
  private final double[] tuned = new double[BLOCK];
  private final float[] change = new float[BLOCK];

  /// Elements of a model's tensor.
  ///
  /// @param dtype of them
  /// @param bytes raw
  public record Elements(DType dtype, TensorBytes bytes) {
    private void read(long first, int count, MemorySegment scratch, double[] target)
        throws IOException {
      MemorySegment raw = scratch.asSlice(0, (long) count * dtype.bytes());
      bytes.read(first * dtype.bytes(), raw);
      Widening.toDouble(dtype, raw, target, count);
    }
  }

  /// Takes the change, block by block in order.
  public interface Sink {
    /// Takes the next elements.
    ///
    /// @param floats native order
    void write(MemorySegment floats) throws IOException;
  }

  /// The change of two tensors of the same number of elements.
  public ChangeStatistics scan(Elements from, Elements to, long count, Sink sink)
      throws IOException {
    ChangeSum sum = new ChangeSum();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment scratch = arena.allocate(Math.min(count, BLOCK) * Double.BYTES, 8);
      for (long first = 0; first < count; first += BLOCK) {
        int size = (int) Math.min(BLOCK, count - first);
        from.read(first, size, scratch, base);
        to.read(first, size, scratch, tuned);
        subtract(size);
        sum.add(base, change, size);
        sink.write(MemorySegment.ofArray(change).asSlice(0, (long) size * Float.BYTES));
      }
    }
    return sum.statistics();
  }

  /// The change of a tensor that is known to be the base's own, which is not read.
  public ChangeStatistics unchanged(long count, Sink sink) throws IOException {
    ChangeSum sum = new ChangeSum();
    Arrays.fill(change, 0);
    for (long first = 0; first < count; first += BLOCK) {
      int size = (int) Math.min(BLOCK, count - first);
      sum.addUnchanged(size);
      sink.write(MemorySegment.ofArray(change).asSlice(0, (long) size * Float.BYTES));
    }
    return sum.statistics();
  }

  private void subtract(int size) {
    for (int i = 0; i < size; i++) {
      change[i] = (float) (tuned[i] - base[i]);
    }
  }
}
