package dev.halcyon.analysis.similarity;

import dev.halcyon.contracts.SimilarityResult.Quantiles;
import java.util.Arrays;
import java.util.stream.DoubleStream;

/// Quantiles of columns, linearly interpolated between the two order statistics around `share *
/// (columns - 1)` (type 7 of Hyndman and Fan 1996, which NumPy calls `linear`).
///
/// Only a few order statistics are wanted, so values are partitioned around those instead of sorted
/// (Hoare 1961, "Algorithm 65: Find").
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

  /// Partitionings in a row after which a run is sorted, whatever its length.
  private static final int MOST_PARTITIONINGS = 40;

  private final double[] values;
  private final int[] ranks;

  private ColumnQuantiles(double[] values) {
    this.values = values;
    this.ranks =
        Arrays.stream(SHARES)
            .flatMap(share -> DoubleStream.of(below(share), above(share)))
            .mapToInt(rank -> (int) rank)
            .toArray();
  }

  /// Quantiles of values that are no NaN; reorders them.
  static Quantiles of(double[] values) {
    if (values.length == 0) {
      return UNDEFINED;
    }
    ColumnQuantiles quantiles = new ColumnQuantiles(values);
    quantiles.select(0, values.length, MOST_PARTITIONINGS);
    double[] results = Arrays.stream(SHARES).map(quantiles::quantile).toArray();
    return new Quantiles(
        results[0],
        results[1],
        results[2],
        results[3],
        results[4],
        results[5],
        results[6],
        results[7]);
  }

  private double quantile(double share) {
    double least = values[below(share)];
    double most = values[above(share)];
    return least + (most - least) * (share * (values.length - 1) - below(share));
  }

  private int below(double share) {
    return (int) (share * (values.length - 1));
  }

  private int above(double share) {
    return Math.min(below(share) + 1, values.length - 1);
  }

  /// Puts every wanted rank of a run in its place.
  private void select(int from, int to, int partitionings) {
    if (!wanted(from, to)) {
      return;
    }
    if (to - from <= SHORT || partitionings == 0) {
      Arrays.sort(values, from, to);
      return;
    }
    double pivot = pivot(from, to);
    int equal = moveBefore(from, to, pivot, false);
    int greater = moveBefore(equal, to, pivot, true);
    select(from, equal, partitionings - 1);
    select(greater, to, partitionings - 1);
  }

  private boolean wanted(int from, int to) {
    for (int rank : ranks) {
      if (rank >= from && rank < to) {
        return true;
      }
    }
    return false;
  }

  /// The median of the first, the middle and the last value.
  private double pivot(int from, int to) {
    double a = values[from];
    double b = values[(from + to) >>> 1];
    double c = values[to - 1];
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }

  /// Moves values that are less than the pivot, or with `orEqual` no greater, to the run's front.
  ///
  /// @return the end of the front
  private int moveBefore(int from, int to, double pivot, boolean orEqual) {
    int end = from;
    for (int i = from; i < to; i++) {
      double value = values[i];
      if (value < pivot || (orEqual && value == pivot)) {
        values[i] = values[end];
        values[end++] = value;
      }
    }
    return end;
  }
}
