package dev.halcyon.analysis.rollup;

import dev.halcyon.contracts.results.Summary;
import java.util.Arrays;
import java.util.List;

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

  /// The summary of all values of which these are summaries.
  public static Summary merge(List<Summary> summaries) {
    List<Summary> defined = summaries.stream().filter(one -> one.count() > 0).toList();
    if (defined.size() < 2) {
      return defined.isEmpty() ? of() : defined.getFirst();
    }
    long count = defined.stream().mapToLong(Summary::count).sum();
    double mean = defined.stream().mapToDouble(one -> one.count() * one.mean()).sum() / count;
    double squares =
        defined.stream()
            .mapToDouble(one -> one.count() * (square(one.std()) + square(one.mean() - mean)))
            .sum();
    return new Summary(
        count,
        mean,
        Math.sqrt(squares / count),
        defined.stream().mapToDouble(Summary::min).min().orElseThrow(),
        defined.stream().mapToDouble(Summary::max).max().orElseThrow());
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).sum() / values.length;
  }

  private static double square(double value) {
    return value * value;
  }
}
