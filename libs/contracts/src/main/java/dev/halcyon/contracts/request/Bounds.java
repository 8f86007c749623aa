package dev.halcyon.contracts.request;

import dev.halcyon.contracts.json.InvalidMessageException;

/// Bounds of numbers in requests.
final class Bounds {
  private Bounds() {}

  static void require(String field, int value, int min, int max) {
    if (value < min || value > max) {
      throw new InvalidMessageException(
          max == Integer.MAX_VALUE
              ? "`%s` is %d; it must be %d or more".formatted(field, value, min)
              : "`%s` is %d; it must be from %d to %d".formatted(field, value, min, max));
    }
  }
}
