package dev.halcyon.analysis.similarity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.results.SimilarityResult.Quantiles;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Held against sorted values.
class ColumnQuantilesTest {
  private static final double[] SHARES = {0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 1};

  @Test
  void ofNothingAreUndefined() {
    assertThat(ColumnQuantiles.of(new double[0])).isEqualTo(ColumnQuantiles.UNDEFINED);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 64, 65, 66, 100, 101, 1000, 11008})
  void areThoseOfSortedValues(int columns) {
    Random random = new Random(columns);
    check(columns, i -> 1 - 1e-4 * random.nextGaussian());
    check(columns, i -> i);
    check(columns, i -> -i);
    check(columns, i -> 0.5);
    check(columns, i -> i % 3);
    check(columns, i -> i == columns / 2 ? 0 : 1 - 1e-9 * random.nextDouble());
  }

  /// Each level of buckets tells only the largest values from the others, until values are sorted.
  @Test
  void areThoseOfValuesOfEveryMagnitude() {
    check(3000, i -> Math.scalb(1.0, -i % 1070));
    check(3000, i -> Math.scalb(i % 2 == 0 ? 1.0 : -1.0, i % 1000));
    check(3000, i -> i * Double.MIN_VALUE);
    check(3000, i -> i == 0 ? Double.NEGATIVE_INFINITY : i);
    check(3000, i -> i % 2 == 0 ? Double.MAX_VALUE : -Double.MAX_VALUE);
  }

  private static void check(int columns, IntToDoubleFunction value) {
    double[] values = IntStream.range(0, columns).mapToDouble(value).toArray();
    double[] untouched = values.clone();
    Quantiles found = ColumnQuantiles.of(values);

    assertThat(values).isEqualTo(untouched);
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    assertThat(
            new double[] {
              found.min(),
              found.p01(),
              found.p05(),
              found.p25(),
              found.p50(),
              found.p75(),
              found.p95(),
              found.max()
            })
        .isEqualTo(Arrays.stream(SHARES).map(share -> quantile(sorted, share)).toArray());
  }

  private static double quantile(double[] sorted, double share) {
    double rank = share * (sorted.length - 1);
    int below = (int) rank;
    double least = sorted[below];
    double most = sorted[Math.min(below + 1, sorted.length - 1)];
    return least + (most - least) * (rank - below);
  }
}
