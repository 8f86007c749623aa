package dev.halcyon.analysis.similarity;

import dev.halcyon.contracts.results.SimilarityResult.Quantiles;
import java.util.Arrays;

/// Quantiles of columns, linearly interpolated between the two order statistics around `share *
/// (columns - 1)` (type 7 of Hyndman and Fan 1996, which NumPy calls `linear`).
///
/// Only a few order statistics are wanted, so values are not sorted: they are counted into buckets
/// of equal width, and only those of a bucket that holds a wanted one are looked at again.
/// Comparing values with each other, as sorting does, costs a mispredicted branch every other time.
final class ColumnQuantiles {
  static final Quantiles UNDEFINED =
      new Quantiles(
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Double.NaN);

  private static final double[] SHARES = {0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 1};

  /// Runs this short are sorted.
  private static final int SHORT = 64;

  private static final int BUCKETS = 1024;

  /// Times that a bucket's values are put into buckets again before they are sorted: most values
  /// may be much closer to each other than to the others.
  private static final int MOST_LEVELS = 4;

  private final int columns;
  private final int[] ranks;
  private final double[] found;

  private ColumnQuantiles(int columns) {
    this.columns = columns;
    this.ranks = new int[2 * SHARES.length];
    for (int i = 0; i < SHARES.length; i++) {
      ranks[2 * i] = below(SHARES[i]);
      ranks[2 * i + 1] = Math.min(below(SHARES[i]) + 1, columns - 1);
    }
    this.found = new double[ranks.length];
  }

  /// Quantiles of values that are no NaN.
  static Quantiles of(double[] values) {
    if (values.length == 0) {
      return UNDEFINED;
    }
    ColumnQuantiles quantiles = new ColumnQuantiles(values.length);
    quantiles.select(values, 0, 0);
    return new Quantiles(
        quantiles.quantile(0),
        quantiles.quantile(1),
        quantiles.quantile(2),
        quantiles.quantile(3),
        quantiles.quantile(4),
        quantiles.quantile(5),
        quantiles.quantile(6),
        quantiles.quantile(7));
  }

  private int below(double share) {
    return (int) (share * (columns - 1));
  }

  private double quantile(int share) {
    double least = found[2 * share];
    double most = found[2 * share + 1];
    return least + (most - least) * (SHARES[share] * (columns - 1) - below(SHARES[share]));
  }

  /// Finds the wanted order statistics among values.
  ///
  /// @param before how many of all values are less than these
  private void select(double[] values, int before, int level) {
    if (values.length <= SHORT || level == MOST_LEVELS) {
      sort(values, before);
      return;
    }
    short[] buckets = buckets(values);
    int[] ends = new int[BUCKETS];
    for (short bucket : buckets) {
      ends[bucket]++;
    }
    for (int bucket = 1; bucket < BUCKETS; bucket++) {
      ends[bucket] += ends[bucket - 1];
    }
    double[][] wanted = wanted(ends, before);
    int[] taken = new int[BUCKETS];
    for (int i = 0; i < values.length; i++) {
      double[] bucket = wanted[buckets[i]];
      if (bucket != null) {
        bucket[taken[buckets[i]]++] = values[i];
      }
    }
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      if (wanted[bucket] != null) {
        select(wanted[bucket], before + start(ends, bucket), level + 1);
      }
    }
  }

  /// The bucket of each value. It does not decrease with the value.
  private static short[] buckets(double[] values) {
    double least = values[0];
    double most = values[0];
    for (double value : values) {
      if (value < least) {
        least = value;
      } else if (value > most) {
        most = value;
      }
    }
    double perUnit = (BUCKETS - 1) / (most - least);
    short[] buckets = new short[values.length];
    for (int i = 0; i < values.length; i++) {
      buckets[i] = (short) Math.min(BUCKETS - 1, (int) ((values[i] - least) * perUnit));
    }
    return buckets;
  }

  /// Room for the values of each bucket that holds a wanted rank; null for the others.
  private double[][] wanted(int[] ends, int before) {
    double[][] wanted = new double[BUCKETS][];
    for (int rank : ranks) {
      int place = rank - before;
      if (place >= 0 && place < ends[BUCKETS - 1]) {
        int bucket = Arrays.binarySearch(ends, place + 1);
        bucket = bucket < 0 ? -bucket - 1 : bucket;
        while (start(ends, bucket) > place) {
          bucket--;
        }
        wanted[bucket] = new double[ends[bucket] - start(ends, bucket)];
      }
    }
    return wanted;
  }

  private static int start(int[] ends, int bucket) {
    return bucket == 0 ? 0 : ends[bucket - 1];
  }

  private void sort(double[] values, int before) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    for (int i = 0; i < ranks.length; i++) {
      if (ranks[i] >= before && ranks[i] < before + sorted.length) {
        found[i] = sorted[ranks[i] - before];
      }
    }
  }
}
