package dev.halcyon.plots.axis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumberTextTest {
  @Test
  void powersHaveRealSuperscripts() {
    assertThat(NumberText.power(-12)).isEqualTo("10⁻¹²");
    assertThat(NumberText.power(0)).isEqualTo("10⁰");
    assertThat(NumberText.power(3)).isEqualTo("10³");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0.00032, 3.2·10⁻⁴",
    "0.0000996, 1.0·10⁻⁴",
    "6e-7, 6.0·10⁻⁷",
    "-0.00032, −3.2·10⁻⁴",
    "0.0099, 9.9·10⁻³",
    "0.00997, 0.010",
    "0.2, 0.20",
    "0.5, 0.50",
    "1, 1.0",
    "-1.26, −1.3",
    "42.4, 42",
    "99.7, 100",
    "640.2, 640",
    "1234, 1.2·10³",
    "5e-324, 4.9·10⁻³²⁴"
  })
  void compactNumbersKeepTwoDigits(double value, String text) {
    assertThat(NumberText.compact(value)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.0 %",
    "0.31, 31.0 %",
    "0.00996, 1.0 %",
    "0.0099, 0.99 %",
    "0.0007, 0.070 %",
    "0.0000012, 1.2·10⁻⁴ %",
    "1, 100.0 %"
  })
  void sharesArePercentages(double share, String text) {
    assertThat(NumberText.percent(share)).isEqualTo(text);
  }

  @Test
  void exactNumbersKeepTheirDigits() {
    assertThat(NumberText.exact(0.8)).isEqualTo("0.8");
    assertThat(NumberText.exact(-0.125)).isEqualTo("−0.125");
    assertThat(NumberText.exact(1)).isEqualTo("1");
  }
}
