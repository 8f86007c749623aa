package dev.halcyon.analysis.rollup;

import dev.halcyon.contracts.results.Summary;
import java.util.Arrays;

/// Summary statistics over several tensors.
public final class Summaries {
  private Summaries() {}

  /// Count, mean, population standard deviation, smallest and largest of the finite values; the
  /// others are left out, so that the count tells how many there were. The same values in another
  /// order give the same bits.
  public static Summary of(double... values) {
    double[] defined = Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
    if (defined.length == 0) {
      return new Summary(0, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }
    double mean = mean(defined);
    double variance = mean(Arrays.stream(defined).map(value -> square(value - mean)).toArray());
    return new Summary(
        defined.length, mean, Math.sqrt(variance), defined[0], defined[defined.length - 1]);
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).sum() / values.length;
  }

  private static double square(double value) {
    return value * value;
  }
}
