package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.internal.blueprint.Parameter;
import dev.halcyon.transformer.internal.torch.ElementType;
import dev.halcyon.transformer.internal.torch.Scope;
import dev.halcyon.transformer.internal.torch.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// A parameter's weighted sum of squared gradients over samples, in float32, and for each sample
/// the plain sum of its squares over the parameter's elements, in float64.
///
/// On the host the sum lies in host memory; elsewhere on the device until it is downloaded.
final class SquareSum implements AutoCloseable {
  /// Rows that are worked on together: their gradient and their sum stay in the last-level cache,
  /// and no piece reaches the 2 GiB that a tensor over host memory may have.
  private static final long BLOCK = 2 << 20;

  /// Rows of a sum on a device: launches cost more there than a cache saves.
  private static final long DEVICE_BLOCK = 32 << 20;

  private final Parameter parameter;
  private final HostMemory.Block memory;
  private final long blockRows;
  private final Optional<Tensor> device;
  private final Tensor sums;

  /// @param scope that outlives this
  /// @param memory of zeros, or of what other samples have added up to
  /// @param sampleSums of other samples, of this size
  /// @param begun whether other samples have
  SquareSum(
      Scope scope,
      Parameter parameter,
      HostMemory.Block memory,
      double[] sampleSums,
      boolean begun) {
    this.parameter = parameter;
    this.memory = memory;
    this.sums = scope.of(sampleSums, sampleSums.length);
    this.blockRows =
        scope.onHost() ? blockRows(parameter) : Math.max(1, DEVICE_BLOCK / columns(parameter));
    this.device = scope.onHost() ? Optional.empty() : Optional.of(onDevice(scope, begun));
  }

  static long bytes(Parameter parameter) {
    return parameter.elements() * Float.BYTES;
  }

  Parameter parameter() {
    return parameter;
  }

  /// Rows as stored; a vector is one row for each element.
  long rows() {
    return parameter.dimensions().getFirst();
  }

  /// Rows to take at a time.
  long blockRows() {
    return blockRows;
  }

  static long blockRows(Parameter parameter) {
    return Math.max(1, BLOCK / columns(parameter));
  }

  /// The sum's rows from `first` on, a matrix of `count` rows, or so many elements of a vector.
  Tensor rows(Scope scope, long first, long count) {
    long[] shape = isVector() ? new long[] {count} : new long[] {count, columns()};
    return device
        .map(tensor -> scope.torch().narrow(tensor, 0, first, count))
        .orElseGet(() -> scope.wrap(segment(first, count), shape));
  }

  /// Sums of squares by number of sample.
  Tensor sums() {
    return sums;
  }

  /// Divides the sum by a number.
  void divide(Scope scope, int by) {
    for (long first = 0; first < rows(); first += blockRows()) {
      try (Scope temporary = scope.open()) {
        Tensor block = rows(temporary, first, Math.min(blockRows(), rows() - first));
        temporary.torch().divide(block, by);
      }
    }
  }

  /// The sum in host memory.
  MemorySegment values(Scope scope) {
    device.ifPresent(tensor -> download(scope));
    return memory.segment();
  }

  @Override
  public void close() {
    device.ifPresent(Tensor::close);
    sums.close();
    memory.close();
  }

  private Tensor onDevice(Scope scope, boolean begun) {
    long[] shape = parameter.dimensions().stream().mapToLong(Long::longValue).toArray();
    Tensor whole = scope.zeros(ElementType.FLOAT32, shape);
    return begun ? upload(scope, whole) : whole;
  }

  private Tensor upload(Scope scope, Tensor whole) {
    try (Scope temporary = scope.open()) {
      for (long first = 0; first < rows(); first += blockRows()) {
        long count = Math.min(blockRows(), rows() - first);
        Tensor part = temporary.torch().narrow(whole, 0, first, count);
        long[] partShape = isVector() ? new long[] {count} : new long[] {count, columns()};
        temporary.torch().copy(part, temporary.wrap(segment(first, count), partShape));
      }
    }
    return whole;
  }

  private void download(Scope scope) {
    for (long first = 0; first < rows(); first += blockRows()) {
      long count = Math.min(blockRows(), rows() - first);
      try (Scope temporary = scope.open()) {
        temporary.copy(rows(temporary, first, count), segment(first, count));
      }
    }
  }

  private MemorySegment segment(long first, long count) {
    long row = columns() * Float.BYTES;
    return memory.segment().asSlice(first * row, count * row);
  }

  private boolean isVector() {
    return parameter.dimensions().size() == 1;
  }

  private long columns() {
    return columns(parameter);
  }

  private static long columns(Parameter parameter) {
    return parameter.dimensions().size() == 1 ? 1 : parameter.dimensions().getLast();
  }
}
