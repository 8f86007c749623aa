package dev.halcyon.analysis.rollup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.halcyon.contracts.results.Summary;
import java.util.Arrays;
import java.util.List;
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

  @Test
  void mergedSummariesAreThatOfAllValues() {
    double[] values = new Random(7).doubles(1000, -1, 1).map(value -> value * 1e-3 + 1).toArray();
    Summary merged =
        Summaries.merge(
            List.of(
                Summaries.of(Arrays.copyOfRange(values, 0, 3)),
                Summaries.of(Double.NaN),
                Summaries.of(Arrays.copyOfRange(values, 3, 400)),
                Summaries.of(Arrays.copyOfRange(values, 400, 1000))));
    Summary all = Summaries.of(values);

    assertThat(merged.count()).isEqualTo(1000);
    assertThat(merged.mean()).isCloseTo(all.mean(), within(1e-15));
    assertThat(merged.std()).isCloseTo(all.std(), within(1e-15));
    assertThat(merged.min()).isEqualTo(all.min());
    assertThat(merged.max()).isEqualTo(all.max());
  }

  @Test
  void aSummaryByItselfKeepsItsBits() {
    Summary alone = Summaries.of(0.1, 0.2, 0.7);

    assertThat(Summaries.merge(List.of(alone, Summaries.of()))).isEqualTo(alone);
    assertThat(Summaries.merge(List.of())).isEqualTo(Summaries.of());
  }
}
