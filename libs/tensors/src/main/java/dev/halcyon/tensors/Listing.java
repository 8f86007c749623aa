package dev.halcyon.tensors;

import java.util.List;
import java.util.stream.Collectors;

/// A few of many names, for a message.
final class Listing {
  private static final int SHOWN = 5;
  private static final int MANY = 20;

  private Listing() {}

  static String of(List<String> names) {
    return of(names, SHOWN);
  }

  /// More of them, for a note that a file holds.
  static String ofMany(List<String> names) {
    return of(names, MANY);
  }

  private static String of(List<String> names, int most) {
    String shown = names.stream().limit(most).map(Printable::of).collect(Collectors.joining(", "));
    return names.size() > most ? shown + ", and " + (names.size() - most) + " more" : shown;
  }
}
