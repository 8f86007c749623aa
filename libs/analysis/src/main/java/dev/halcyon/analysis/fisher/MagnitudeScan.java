package dev.halcyon.analysis.fisher;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// One thread's share of the walk over a tensor's entries.
final class MagnitudeScan {
  private static final ValueLayout.OfInt FLOAT_BITS =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int INFINITY = 0x7F80_0000;
  private static final int NEGATIVE_ZERO = 0x8000_0000;
  private static final int SHORT_RUN = 256;

  private final MagnitudeHistogram histogram = new MagnitudeHistogram();
  private final long[] lowCounts = new long[MagnitudeHistogram.LOW_MASK + 1];
  private LargestEntries largest = new LargestEntries();
  private int min = INFINITY;

  void clear() {
    histogram.clear();
    largest = new LargestEntries();
    min = INFINITY;
  }

  MagnitudeHistogram histogram() {
    return histogram;
  }

  LargestEntries largest() {
    return largest;
  }

  /// Bits of the smallest entry, or of infinity where there was none.
  int min() {
    return min;
  }

  /// How often each `low` occurred in the bin given to [#countLow].
  long[] lowCounts() {
    return lowCounts;
  }

  /// Takes in the entries from `from` to before `to`; ranges of one scan come by rising index.
  ///
  /// @return their sum, its error not growing with their number
  /// @throws InvalidFisherException where an entry is negative or not finite
  double take(MemorySegment entries, long from, long to) {
    CompensatedSum sum = new CompensatedSum();
    for (long at = from; at < to; at += SHORT_RUN) {
      sum.add(takeShortRun(entries, at, Math.min(at + SHORT_RUN, to)));
    }
    return sum.value();
  }

  private double takeShortRun(MemorySegment entries, long from, long to) {
    double sum = 0;
    for (long i = from; i < to; i++) {
      int bits = bits(entries, i);
      histogram.add(bits);
      min = Math.min(min, bits);
      if (bits > largest.threshold()) {
        largest.offer(i, bits);
      }
      sum += Float.intBitsToFloat(bits);
    }
    return sum;
  }

  /// Counts the entries of one bin by their `low`.
  void countLow(MemorySegment entries, long from, long to, int bin) {
    for (long i = from; i < to; i++) {
      int bits = entries.get(FLOAT_BITS, i * Float.BYTES);
      if (MagnitudeHistogram.bin(bits) == bin) {
        lowCounts[bits & MagnitudeHistogram.LOW_MASK]++;
      }
    }
  }

  void addAll(MagnitudeScan other) {
    histogram.addAll(other.histogram);
    largest.offerAll(other.largest);
    min = Math.min(min, other.min);
  }

  void addLowCounts(MagnitudeScan other) {
    for (int i = 0; i < lowCounts.length; i++) {
      lowCounts[i] += other.lowCounts[i];
    }
  }

  void clearLowCounts() {
    java.util.Arrays.fill(lowCounts, 0);
  }

  private static int bits(MemorySegment entries, long index) {
    int bits = entries.get(FLOAT_BITS, index * Float.BYTES);
    return Integer.compareUnsigned(bits, INFINITY) < 0 ? bits : checked(bits, index);
  }

  private static int checked(int bits, long index) {
    if (bits != NEGATIVE_ZERO) {
      throw new InvalidFisherException(index, Float.intBitsToFloat(bits));
    }
    return 0;
  }
}
