package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.WeightSource;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Reads a fine-tune's change beside values of the base's parameters.
///
/// @param base weights
/// @param fineTune weights under the base's names
public record ChangeReader(WeightSource base, WeightSource fineTune) {
  /// Elements that are read at once.
  private static final int STEP = 1 << 20;

  /// A fine-tune of a base.
  public static ChangeReader of(Alignment.Model base, Alignment.Model fineTune) {
    return new ChangeReader(base.weights(), new Alignment(base, fineTune).weights(Alignment.ALL));
  }

  /// `sum v delta^2` over a tensor's elements.
  ///
  /// @param values v, float32, for the first elements of the tensor that both models have
  /// @param elements that both have
  public double weightedSquares(String tensor, MemorySegment values, long elements)
      throws IOException {
    WeightReader bases = new WeightReader(base);
    WeightReader others = new WeightReader(fineTune);
    double sum = 0;
    try (Arena arena = Arena.ofShared()) {
      MemorySegment one = arena.allocate((long) STEP * Float.BYTES, HostMemory.ALIGNMENT);
      MemorySegment other = arena.allocate((long) STEP * Float.BYTES, HostMemory.ALIGNMENT);
      for (long first = 0; first < elements; first += STEP) {
        long count = Math.min(STEP, elements - first);
        bases.read(tensor, first, one.asSlice(0, count * Float.BYTES));
        others.read(tensor, first, other.asSlice(0, count * Float.BYTES));
        sum += step(values, first, one, other, count);
      }
    }
    return sum;
  }

  private static double step(
      MemorySegment values, long first, MemorySegment one, MemorySegment other, long count) {
    double sum = 0;
    for (long i = 0; i < count; i++) {
      double delta =
          (double) other.getAtIndex(ValueLayout.JAVA_FLOAT, i)
              - one.getAtIndex(ValueLayout.JAVA_FLOAT, i);
      sum += values.getAtIndex(ValueLayout.JAVA_FLOAT, first + i) * delta * delta;
    }
    return sum;
  }
}
