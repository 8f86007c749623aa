package dev.halcyon.standalone;

import java.util.Locale;

/// Readable amounts of bytes, in powers of 1000.
final class Bytes {
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};
  private static final int MOST_DIGITS = 15;

  private Bytes() {}

  static String text(long bytes) {
    return text(bytes, 1);
  }

  /// A part and the whole, as `1.9 kB of 2.0 kB`: with as many digits as it takes to tell them
  /// apart.
  static String text(long part, long whole) {
    int digits = 1;
    while (digits < MOST_DIGITS
        && part != whole
        && text(part, digits).equals(text(whole, digits))) {
      digits++;
    }
    return text(part, digits) + " of " + text(whole, digits);
  }

  private static String text(long bytes, int digits) {
    double amount = bytes;
    int unit = 0;
    while (amount >= 1000 && unit < UNITS.length - 1) {
      amount /= 1000;
      unit++;
    }
    return String.format(
        Locale.ROOT, "%." + (unit == 0 ? 0 : digits) + "f %s", amount, UNITS[unit]);
  }
}
