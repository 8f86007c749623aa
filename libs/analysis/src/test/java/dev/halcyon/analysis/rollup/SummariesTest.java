package dev.halcyon.analysis.rollup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.Summary;
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
  void nothingHasNoMean() {
    Summary none = Summaries.of(Double.NaN);

    assertThat(none.count()).isZero();
    assertThat(none.mean()).isNaN();
  }
}
