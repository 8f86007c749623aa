package dev.halcyon.analysis.rollup;

import dev.halcyon.contracts.Summary;
import java.util.Arrays;

/// Numbers of several tensors in brief.
public final class Summaries {
  private Summaries() {}

  /// Count, mean, population standard deviation, smallest and largest of the finite values; the
  /// others are left out.
  public static Summary of(double... values) {
    double[] defined = Arrays.stream(values).filter(Double::isFinite).toArray();
    if (defined.length == 0) {
      return new Summary(0, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }
    double mean = mean(defined);
    double variance = mean(Arrays.stream(defined).map(value -> square(value - mean)).toArray());
    return new Summary(
        defined.length,
        mean,
        Math.sqrt(variance),
        Arrays.stream(defined).min().orElseThrow(),
        Arrays.stream(defined).max().orElseThrow());
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).sum() / values.length;
  }

  private static double square(double value) {
    return value * value;
  }
}
