package dev.halcyon.analysis.similarity;

import dev.halcyon.contracts.results.SimilarityResult.TaskVectorStatistics;

/// Sums over the elements of one fine-tune's change, each scaled by `2^-exponent`.
final class ChangeSums {
  /// Relative error of float32 sums, as for [PairColumns].
  private static final double SUM_ERROR = 0x1p-22;

  /// Half of what a statistic may be wrong by, in units of the change's root mean square.
  private static final double TOLERANCE = 0.5e-6;

  /// A square that is at least this large, on average over what changed, makes up for all that
  /// underflows.
  private static final double SMALLEST_MEAN_SQUARE = 0x1p-120;

  double sum;
  double squares;
  long changed;
  double least = Double.POSITIVE_INFINITY;
  double most = Double.NEGATIVE_INFINITY;
  int exponent;

  void clear() {
    sum = 0;
    squares = 0;
    changed = 0;
    least = Double.POSITIVE_INFINITY;
    most = Double.NEGATIVE_INFINITY;
  }

  /// Adds a row's changes, and leaves them, scaled, in place of the fine-tune's elements.
  void addRow(double[] base, double[] tuned, int columns) {
    double scale = Magnitudes.scale(exponent);
    for (int i = 0; i < columns; i++) {
      double change = tuned[i] - base[i];
      least = Math.min(least, change);
      most = Math.max(most, change);
      changed += change == 0 ? 0 : 1;
      double scaled = change * scale;
      sum += scaled;
      squares += scaled * scaled;
      tuned[i] = scaled != 0 ? scaled : Math.copySign(change == 0 ? 0 : Double.MIN_VALUE, change);
    }
  }

  void add(ChangeSums other) {
    sum += other.sum;
    squares += other.squares;
    changed += other.changed;
    least = Math.min(least, other.least);
    most = Math.max(most, other.most);
  }

  /// Whether float32 sums are good enough: in range, no standard deviation that is small against
  /// the mean, which would be a difference of two nearly equal numbers, and changes to both sides
  /// or an element without one, because the kernels' ranges begin at zero.
  boolean certain(long elements) {
    if (changed == 0) {
      return true;
    }
    double meanSquare = squares / elements;
    double variance = meanSquare - square(sum / elements);
    boolean inRange = Double.isFinite(squares) && squares >= changed * SMALLEST_MEAN_SQUARE;
    boolean rangeKnown = changed < elements || (least < 0 && most > 0);
    return inRange
        && rangeKnown
        && SUM_ERROR * meanSquare <= 2 * TOLERANCE * Math.sqrt(meanSquare * variance);
  }

  /// @param baseNorm of the base, not scaled
  TaskVectorStatistics result(String model, long elements, double baseNorm) {
    double mean = sum / elements;
    double std = Math.sqrt(Math.max(0, squares / elements - square(mean)));
    return new TaskVectorStatistics(
        model,
        relative(baseNorm),
        (double) (elements - changed) / elements,
        Math.scalb(mean, exponent),
        Math.scalb(std, exponent),
        elements == 0 ? Double.NaN : least,
        elements == 0 ? Double.NaN : most);
  }

  private double relative(double baseNorm) {
    if (changed == 0) {
      return 0;
    }
    return baseNorm == 0 ? Double.NaN : Math.scalb(Math.sqrt(squares), exponent) / baseNorm;
  }

  static TaskVectorStatistics undefined(String model) {
    return new TaskVectorStatistics(
        model, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
  }

  private static double square(double value) {
    return value * value;
  }
}
