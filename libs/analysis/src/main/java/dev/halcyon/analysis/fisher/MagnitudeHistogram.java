package dev.halcyon.analysis.fisher;

import java.math.BigInteger;

/// Counts float32 numbers, none negative and all finite, so that their sum and variance follow from
/// integers alone.
///
/// The bits of such a float, read as an integer, order as the numbers do. A bin holds the floats
/// that share their upper bits (sign, exponent and eight bits of fraction), so within a bin a
/// number is `from + low * ulp` with an integer `low` below 2^15. Counting them and adding up `low`
/// and `low^2` in `long`s loses nothing, and integer addition does not care for order: any number
/// of threads over any partition of a tensor yields the same bits. Rounding happens once, when
/// 65,280 bins are read.
///
/// A bin takes 2^33 numbers before a sum of squares could overflow; [MagnitudeScan] refuses larger
/// tensors.
final class MagnitudeHistogram {
  static final int LOW_BITS = 15;
  static final int LOW_MASK = (1 << LOW_BITS) - 1;
  static final int BINS = 0x7F80_0000 >>> LOW_BITS;
  static final long MAX_ELEMENTS = 1L << 33;

  /// A power of two, so that a bin's three numbers share a cache line.
  private static final int STRIDE = 4;

  private static final int COUNT = 0;
  private static final int LOW_SUM = 1;
  private static final int LOW_SQUARES = 2;

  private final long[] cells = new long[BINS * STRIDE];

  /// Counts the number of these bits: at least those of 0, below those of infinity.
  void add(int bits) {
    int cell = (bits >>> LOW_BITS) * STRIDE;
    long low = bits & LOW_MASK;
    cells[cell + COUNT]++;
    cells[cell + LOW_SUM] += low;
    cells[cell + LOW_SQUARES] += low * low;
  }

  void addAll(MagnitudeHistogram other) {
    for (int i = 0; i < cells.length; i++) {
      cells[i] += other.cells[i];
    }
  }

  void clear() {
    java.util.Arrays.fill(cells, 0);
  }

  static int bin(int bits) {
    return bits >>> LOW_BITS;
  }

  /// The smallest number of a bin.
  static double from(int bin) {
    return Float.intBitsToFloat(bin << LOW_BITS);
  }

  long count(int bin) {
    return cells[bin * STRIDE + COUNT];
  }

  /// The sum of a bin's numbers, rounded once.
  double sum(int bin) {
    long lowSum = cells[bin * STRIDE + LOW_SUM];
    return count(bin) * from(bin) + lowSum * ulp(bin);
  }

  /// The sum of all numbers; as good as exact.
  double sum() {
    CompensatedSum sum = new CompensatedSum();
    for (int bin = 0; bin < BINS; bin++) {
      if (count(bin) > 0) {
        sum.add(sum(bin));
      }
    }
    return sum.value();
  }

  /// The sum of squared deviations from `mean`: within the bins from integers, hence without
  /// cancellation, and between them from the bins' means.
  double squaredDeviations(double mean) {
    CompensatedSum sum = new CompensatedSum();
    for (int bin = 0; bin < BINS; bin++) {
      if (count(bin) > 0) {
        double distance = from(bin) - mean + lowMean(bin) * ulp(bin);
        sum.add(count(bin) * distance * distance);
        sum.add(squaredDeviationsWithin(bin));
      }
    }
    return sum.value();
  }

  private double lowMean(int bin) {
    return (double) cells[bin * STRIDE + LOW_SUM] / count(bin);
  }

  private double squaredDeviationsWithin(int bin) {
    BigInteger count = BigInteger.valueOf(count(bin));
    BigInteger lowSum = BigInteger.valueOf(cells[bin * STRIDE + LOW_SUM]);
    BigInteger lowSquares = BigInteger.valueOf(cells[bin * STRIDE + LOW_SQUARES]);
    double scaled = count.multiply(lowSquares).subtract(lowSum.multiply(lowSum)).doubleValue();
    return scaled / count(bin) * ulp(bin) * ulp(bin);
  }

  private static double ulp(int bin) {
    return Math.ulp(Float.intBitsToFloat(bin << LOW_BITS));
  }
}
