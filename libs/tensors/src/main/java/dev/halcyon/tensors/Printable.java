package dev.halcyon.tensors;

/// Text from a hostile file, made fit for a terminal and a log line.
public final class Printable {
  private static final int LONGEST = 200;

  private Printable() {}

  /// The text with control and formatting characters escaped, cut where it is very long.
  public static String of(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints().limit(LONGEST).forEach(point -> append(shown, point));
    return text.codePointCount(0, text.length()) > LONGEST
        ? shown.append('…').toString()
        : shown.toString();
  }

  /// Whether the text holds characters that a name has no use for: controls, line breaks, halves of
  /// surrogate pairs.
  static boolean hasUnprintable(String text) {
    return text.codePoints().anyMatch(Printable::isUnprintable);
  }

  /// Whether the text holds a surrogate without its other half, which UTF-8 cannot hold.
  static boolean hasHalfPair(String text) {
    return text.codePoints().anyMatch(point -> Character.getType(point) == Character.SURROGATE);
  }

  private static void append(StringBuilder shown, int point) {
    if (isUnprintable(point)) {
      shown.append(String.format("\\u%04x", point));
    } else {
      shown.appendCodePoint(point);
    }
  }

  private static boolean isUnprintable(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> false;
    };
  }
}
