package dev.halcyon.analysis.fisher;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// Merges the diagonals of a tensor over several ranges of samples.
///
/// Entries are added in float64 in the order of the ranges, divided by the number of samples and
/// rounded to float32 once: the result does not depend on which worker computed a range or on the
/// order in which ranges arrive.
public final class PartialDiagonals {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int BLOCK = 1 << 22;

  private final String parameter;
  private final List<PartialSum> ranges;

  private PartialDiagonals(String parameter, List<PartialSum> ranges) {
    this.parameter = parameter;
    this.ranges = ranges;
  }

  /// All ranges of a parameter, in any order.
  ///
  /// @throws IllegalArgumentException where they are not the ranges 0, 1, … each once, their sizes
  ///   differ, or no sample counts in any
  public static PartialDiagonals of(String parameter, List<PartialSum> partials) {
    List<PartialSum> ranges =
        partials.stream().sorted(Comparator.comparingInt(PartialSum::range)).toList();
    for (int i = 0; i < ranges.size(); i++) {
      if (ranges.get(i).range() != i) {
        throw new IllegalArgumentException(
            "[%s] range %d is missing or there twice among %s"
                .formatted(parameter, i, ranges.stream().map(PartialSum::range).toList()));
      }
      requireSize(parameter, ranges.get(i).bytes(), ranges.getFirst().bytes());
    }
    var diagonals = new PartialDiagonals(parameter, ranges);
    if (diagonals.samples() == 0) {
      throw new IllegalArgumentException("[" + parameter + "] no sample counts in any range");
    }
    return diagonals;
  }

  /// Samples over all ranges.
  public long samples() {
    return ranges.stream().mapToLong(range -> range.sampleSums().size()).sum();
  }

  /// The per-sample sums of all ranges, in order.
  public List<Double> sampleSums() {
    return ranges.stream().flatMap(range -> range.sampleSums().stream()).toList();
  }

  /// Writes the mean over all samples, block by block: each range's sum is read once, from its
  /// start to its end, and memory beside the mean is that of a block, whatever the number of
  /// ranges.
  ///
  /// @param mean `[elements]` float32 little-endian; may be the memory of one of the ranges
  /// @throws IllegalArgumentException where it is not as large as each range's sum
  public void mean(MemorySegment mean) throws IOException {
    requireSize(parameter, mean.byteSize(), ranges.getFirst().bytes());
    long elements = mean.byteSize() / Float.BYTES;
    int most = (int) Math.min(BLOCK, elements);
    double[] sums = new double[most];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment read = arena.allocate((long) most * Float.BYTES, Float.BYTES);
      for (long from = 0; from < elements; from += most) {
        int size = (int) Math.min(most, elements - from);
        Arrays.fill(sums, 0);
        for (PartialSum range : ranges) {
          MemorySegment block = read.asSlice(0, (long) size * Float.BYTES);
          range.sum().read(from * Float.BYTES, block);
          add(block, size, sums);
        }
        store(sums, size, mean, from);
      }
    }
  }

  private void store(double[] sums, int size, MemorySegment mean, long from) {
    double samples = samples();
    for (int i = 0; i < size; i++) {
      mean.set(FLOAT, (from + i) * Float.BYTES, (float) (sums[i] / samples));
    }
  }

  private static void add(MemorySegment block, int size, double[] sums) {
    for (int i = 0; i < size; i++) {
      sums[i] += block.get(FLOAT, (long) i * Float.BYTES);
    }
  }

  private static void requireSize(String parameter, long size, long bytes) {
    if (size != bytes || bytes % Float.BYTES != 0) {
      throw new IllegalArgumentException(
          "[%s] %d bytes where the other ranges have %d, in float32"
              .formatted(parameter, size, bytes));
    }
  }
}
