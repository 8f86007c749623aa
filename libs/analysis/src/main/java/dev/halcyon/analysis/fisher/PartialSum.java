package dev.halcyon.analysis.fisher;

import java.lang.foreign.MemorySegment;
import java.util.List;

/// What one range of samples gave for a tensor.
///
/// @param range its number, from 0
/// @param sum over the range's samples of the squared gradient, `[elements]` float32 little-endian
/// @param sampleSums for each sample of the range that counts, in order, the sum over the tensor
public record PartialSum(int range, MemorySegment sum, List<Double> sampleSums) {
  public PartialSum {
    sampleSums = List.copyOf(sampleSums);
  }
}
