package dev.halcyon.plots.axis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AxisTest {
  private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

  /// Reads a label as a person would.
  private static double parse(String label) {
    String plain = label.replace('−', '-');
    int ten = plain.indexOf("10");
    boolean power = plain.chars().anyMatch(c -> c == '⁻' || SUPERSCRIPTS.indexOf(c) >= 0);
    if (!power) {
      return Double.parseDouble(plain);
    }
    int dot = plain.indexOf('·');
    double mantissa = dot < 0 ? 1 : Double.parseDouble(plain.substring(0, dot));
    String exponent = plain.substring((dot < 0 ? ten : dot + 1) + 2);
    StringBuilder digits = new StringBuilder();
    exponent.chars().filter(c -> c != '⁻').forEach(c -> digits.append(SUPERSCRIPTS.indexOf(c)));
    int sign = exponent.startsWith("⁻") ? -1 : 1;
    return mantissa * Math.pow(10, sign * Integer.parseInt(digits.toString()));
  }

  private static void requireHonest(Axis axis, double length, double spacing) {
    List<Tick> ticks = axis.ticks(length, spacing);
    assertThat(ticks).as(axis.toString()).isNotEmpty();
    for (int i = 0; i < ticks.size(); i++) {
      Tick tick = ticks.get(i);
      assertThat(tick.position()).as(tick.toString()).isBetween(-1e-6, 1 + 1e-6);
      assertThat(axis.position(parse(tick.label())))
          .as("%s on %s", tick, axis)
          .isCloseTo(tick.position(), within(1e-6));
      if (i > 0) {
        double apart = (tick.position() - ticks.get(i - 1).position()) * length;
        assertThat(apart).as("%s on %s", tick, axis).isGreaterThanOrEqualTo(spacing * (1 - 1e-4));
      }
    }
  }

  @Test
  void logarithmicTicksStandWhereTheirLabelsSay() {
    Random random = new Random(11);
    for (int i = 0; i < 3000; i++) {
      double low = Math.pow(10, -14 + 14 * random.nextDouble());
      double high = low * Math.pow(10, 9 * Math.pow(random.nextDouble(), 2));
      LogarithmicAxis axis = LogarithmicAxis.fit(low, high);
      requireHonest(axis, 100 + random.nextInt(300), 28);
      requireHonest(axis.plainLabels(), 100 + random.nextInt(300), 28);
    }
  }

  @Test
  void linearTicksStandWhereTheirLabelsSay() {
    Random random = new Random(12);
    for (int i = 0; i < 3000; i++) {
      double low = -1 + 2 * random.nextDouble();
      double high = low + Math.pow(10, -4 + 4.3 * random.nextDouble());
      requireHonest(new LinearAxis(low, high), 120 + random.nextInt(300), 28);
    }
  }

  @Test
  void powersOfTenAreTheTicksOfSeveralDecades() {
    assertThat(labels(LogarithmicAxis.fit(3e-7, 2e-2), 220, 28))
        .containsExactly("10⁻⁶", "10⁻⁵", "10⁻⁴", "10⁻³", "10⁻²");
    assertThat(labels(LogarithmicAxis.fit(3e-7, 2e-2), 120, 28))
        .containsExactly("10⁻⁶", "10⁻⁴", "10⁻²");
  }

  @Test
  void oneDecadeIsDividedByTwoAndFive() {
    assertThat(labels(LogarithmicAxis.fit(1.5e-4, 8e-4), 200, 28))
        .containsExactly("2·10⁻⁴", "5·10⁻⁴");
  }

  @Test
  void equalValuesStandInTheMiddleOfAnAxisThatShowsNoFalseContrast() {
    LogarithmicAxis axis = LogarithmicAxis.fit(3.3e-5, 3.3e-5);
    assertThat(axis.position(3.3e-5)).isCloseTo(0.5, within(1e-12));
    assertThat(axis.position(3.4e-5) - axis.position(3.3e-5)).isLessThan(0.05);
  }

  @Test
  void cosineScaleHasEvenTicks() {
    assertThat(labels(new LinearAxis(0.8, 1), 200, 28))
        .containsExactly("0.80", "0.85", "0.90", "0.95", "1.00");
    assertThat(labels(new LinearAxis(-1, 1), 200, 40))
        .containsExactly("−1.0", "−0.5", "0.0", "0.5", "1.0");
    assertThat(labels(new LinearAxis(0.9990, 1), 200, 28))
        .containsExactly("0.9990", "0.9992", "0.9994", "0.9996", "0.9998", "1.0000");
  }

  @Test
  void axisFromZeroEndsJustAboveTheLargestValue() {
    for (double largest : new double[] {1e-9, 0.03, 0.97, 1, 7.3, 31, 99.9}) {
      double high = LinearAxis.fromZero(largest).high();
      assertThat(high).isBetween(largest, largest * 1.25);
    }
    assertThat(LinearAxis.fromZero(0).high()).isEqualTo(1);
  }

  private static List<String> labels(Axis axis, double length, double spacing) {
    return axis.ticks(length, spacing).stream().map(Tick::label).toList();
  }
}
