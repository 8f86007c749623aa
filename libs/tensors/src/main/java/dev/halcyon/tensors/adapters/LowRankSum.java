package dev.halcyon.tensors.adapters;

import static java.util.Objects.requireNonNull;

import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.TensorBytes;
import dev.halcyon.tensors.kernels.Widening;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;

/// A weight plus its change by low-rank matrices, computed when it is read. Each element is rounded
/// once to float32, or to float64 if the weight is stored as float64.
///
/// Safe for use by many threads if the bytes of the weight and of the matrices are.
public final class LowRankSum implements TensorBytes {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final DType weightType;
  private final TensorBytes weight;
  private final LowRankDelta delta;

  /// @param weightType of the weight's elements
  /// @param weight at least the elements of the change's shape, or the first rows of them
  public LowRankSum(DType weightType, TensorBytes weight, LowRankDelta delta) {
    this.weightType = requireNonNull(weightType, "weightType is null");
    this.weight = requireNonNull(weight, "weight is null");
    this.delta = requireNonNull(delta, "delta is null");
    if (!weightType.computable()) {
      throw new IllegalArgumentException("a weight of " + weightType + " is not supported");
    }
    if (elements() > delta.shape().elements()) {
      throw new IllegalArgumentException(
          "a weight of %d elements is changed by %s".formatted(elements(), delta.shape()));
    }
  }

  /// Type of the elements of a changed weight.
  public static DType dtype(DType weightType) {
    return weightType == DType.F64 ? DType.F64 : DType.F32;
  }

  private long elements() {
    return weight.size() / weightType.bytes();
  }

  @Override
  public long size() {
    return elements() * dtype(weightType).bytes();
  }

  /// @param offset a multiple of an element's bytes, as is the target's size
  @Override
  public void read(long offset, MemorySegment target) throws IOException {
    Objects.checkFromIndexSize(offset, target.byteSize(), size());
    int width = dtype(weightType).bytes();
    if (offset % width != 0 || target.byteSize() % width != 0) {
      throw new IllegalArgumentException(
          "%d bytes at %d are no whole elements".formatted(target.byteSize(), offset));
    }
    long first = offset / width;
    long count = target.byteSize() / width;
    readWeight(first, count, target);
    double scaling = delta.scaling();
    delta.sums(first, count, (at, sums, from, some) -> add(target, at, scaling, sums, from, some));
  }

  /// Stored elements are read to the target's end: each is read there before the wider ones, which
  /// begin at the target's beginning, reach it.
  private void readWeight(long first, long count, MemorySegment target) throws IOException {
    long bytes = count * weightType.bytes();
    MemorySegment stored = target.asSlice(target.byteSize() - bytes);
    weight.read(first * weightType.bytes(), stored);
    if (weightType.bytes() < dtype(weightType).bytes()) {
      Widening.toFloat(weightType, stored, target, Math.toIntExact(count));
    }
  }

  private void add(
      MemorySegment target, long at, double scaling, float[] sums, int from, int count) {
    if (weightType == DType.F64) {
      double[] weights = new double[from + count];
      MemorySegment.copy(target, DOUBLE, at * Double.BYTES, weights, from, count);
      for (int i = from; i < weights.length; i++) {
        weights[i] += scaling * sums[i];
      }
      MemorySegment.copy(weights, from, target, DOUBLE, at * Double.BYTES, count);
    } else {
      float[] weights = new float[from + count];
      MemorySegment.copy(target, FLOAT, at * Float.BYTES, weights, from, count);
      for (int i = from; i < weights.length; i++) {
        weights[i] = (float) (weights[i] + scaling * sums[i]);
      }
      MemorySegment.copy(weights, from, target, FLOAT, at * Float.BYTES, count);
    }
  }
}
