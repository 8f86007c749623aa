package dev.halcyon.report;

import dev.halcyon.contracts.results.DivergenceReport.Estimate;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;

/// Readable numbers, and numbers with fewer digits.
final class Numbers {
  private static final String UNDEFINED = "not defined";
  private static final List<String> UNITS = List.of("bytes", "kB", "MB", "GB", "TB");
  private static final double STEP = 1000;
  private static final double SMALL = 1e-4;
  private static final double LARGE = 1e6;

  private Numbers() {}

  /// Three digits, as `0.00123` or `1.2e-7`.
  static String text(double value) {
    if (!Double.isFinite(value)) {
      return UNDEFINED;
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(3)).stripTrailingZeros();
    double size = Math.abs(value);
    return size != 0 && (size < SMALL || size >= LARGE)
        ? scientific(rounded)
        : rounded.toPlainString();
  }

  private static String scientific(BigDecimal value) {
    int exponent = value.precision() - value.scale() - 1;
    return value.movePointLeft(exponent).stripTrailingZeros().toPlainString() + "e" + exponent;
  }

  /// As `41.1 %`.
  static String percent(double share) {
    return Double.isFinite(share) ? String.format(Locale.ROOT, "%.1f %%", 100 * share) : UNDEFINED;
  }

  /// As `0.309 ± 0.02`.
  static String text(Estimate estimate) {
    return text(estimate.value()) + error(estimate.standardError());
  }

  /// As ` ± 0.02`; nothing where it is not defined.
  static String error(double standardError) {
    return Double.isFinite(standardError) ? " ± " + text(oneDigit(standardError)) : "";
  }

  private static double oneDigit(double value) {
    return rounded(value, 1);
  }

  /// As `1,234`.
  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= STEP && unit < UNITS.size() - 1) {
      value /= STEP;
      unit++;
    }
    return unit == 0
        ? bytes + " bytes"
        : String.format(Locale.ROOT, "%.1f %s", value, UNITS.get(unit));
  }

  /// The value with so many significant digits.
  static double rounded(double value, int digits) {
    return Double.isFinite(value)
        ? BigDecimal.valueOf(value).round(new MathContext(digits)).doubleValue()
        : value;
  }
}
