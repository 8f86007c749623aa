package dev.halcyon.plots.axis;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/// Numbers as a figure prints them: true minus signs, powers of ten with superscripts.
public final class NumberText {
  private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  private static final String MINUS = "−";

  private NumberText() {}

  /// `10⁻⁴`.
  static String power(int exponent) {
    StringBuilder text = new StringBuilder("10");
    if (exponent < 0) {
      text.append('⁻');
    }
    for (char digit : Integer.toString(Math.abs(exponent)).toCharArray()) {
      text.append(SUPERSCRIPTS.charAt(digit - '0'));
    }
    return text.toString();
  }

  /// `3.2·10⁻⁴` with `digits` significant digits.
  static String scientific(double value, int digits) {
    if (value == 0) {
      return "0";
    }
    BigDecimal rounded = rounded(value, digits);
    int exponent = rounded.precision() - rounded.scale() - 1;
    return signed(rounded.movePointLeft(exponent).toPlainString()) + "·" + power(exponent);
  }

  /// `0.85` with exactly `decimals` decimals.
  public static String fixed(double value, int decimals) {
    BigDecimal rounded = new BigDecimal(value).setScale(decimals, RoundingMode.HALF_UP);
    return signed(rounded.toPlainString());
  }

  /// All digits that tell the value from its neighbours.
  static String exact(double value) {
    return signed(BigDecimal.valueOf(value).stripTrailingZeros().toPlainString());
  }

  /// Plain between 0.01 and 1000, else scientific; two or more significant digits.
  public static String compact(double value) {
    double size = Math.abs(value);
    if (size == 0) {
      return "0";
    }
    if (size < 0.00995 || size >= 999.5) {
      return scientific(value, 2);
    }
    return size >= 99.5 ? fixed(value, 0) : signed(rounded(value, 2).toPlainString());
  }

  /// A share of 0 to 1 as `31.0 %`.
  public static String percent(double share) {
    double percent = 100 * share;
    String number = percent >= 0.995 || percent == 0 ? fixed(percent, 1) : compact(percent);
    return number + " %";
  }

  private static BigDecimal rounded(double value, int digits) {
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_UP));
    int missing = digits - rounded.precision();
    return missing > 0 ? rounded.setScale(rounded.scale() + missing) : rounded;
  }

  private static String signed(String number) {
    return number.replace("-", MINUS);
  }
}
