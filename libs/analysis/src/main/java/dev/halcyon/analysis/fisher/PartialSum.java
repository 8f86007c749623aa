package dev.halcyon.analysis.fisher;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// The result of one range of samples for a tensor.
///
/// @param range its number, from 0
/// @param bytes size of `sum`
/// @param sum over the range's samples of the squared gradient, `[elements]` float32 little-endian
/// @param sampleSums for each sample of the range that counts, in order, the sum over the tensor
public record PartialSum(int range, long bytes, Source sum, List<Double> sampleSums) {
  public PartialSum {
    requireNonNull(sum, "sum is null");
    sampleSums = List.copyOf(sampleSums);
  }

  /// Where a sum's bytes come from. They are read once, from the first to the last.
  @FunctionalInterface
  public interface Source {
    /// Fills the target with the bytes from that offset on.
    void read(long offset, MemorySegment target) throws IOException;
  }
}
