package dev.halcyon.analysis.rollup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.results.Summary;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SummariesTest {
  @Test
  void theDeviationIsThePopulations() {
    assertThat(Summaries.of(2, 4, 4, 4, 5, 5, 7, 9)).isEqualTo(new Summary(8, 5, 2, 2, 9));
  }

  @Test
  void whatIsNotDefinedIsLeftOut() {
    assertThat(Summaries.of(Double.NaN, 3, Double.POSITIVE_INFINITY))
        .isEqualTo(new Summary(1, 3, 0, 3, 3));
  }

  @Test
  void theOrderOfTheValuesDoesNotMatter() {
    double[] values = new Random(42).doubles(1000, -1, 1).map(value -> value * 1e-7 + 1).toArray();
    double[] reversed = values.clone();
    for (int i = 0; i < values.length; i++) {
      reversed[i] = values[values.length - 1 - i];
    }

    assertThat(Summaries.of(reversed)).isEqualTo(Summaries.of(values));
  }

  @Test
  void valuesFarFromZeroKeepTheirSpread() {
    Summary summary = Summaries.of(1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16);

    assertThat(summary.mean()).isEqualTo(1e9 + 10);
    assertThat(summary.std()).isEqualTo(Math.sqrt(22.5));
  }

  @Test
  void nothingHasNoMean() {
    Summary none = Summaries.of(Double.NaN);

    assertThat(none.count()).isZero();
    assertThat(none.mean()).isNaN();
  }
}
