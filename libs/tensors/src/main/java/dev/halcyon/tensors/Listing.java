package dev.halcyon.tensors;

import java.util.List;
import java.util.stream.Collectors;

/// A few of many names, for a message.
final class Listing {
  private static final int SHOWN = 5;

  private Listing() {}

  static String of(List<String> names) {
    String shown = names.stream().limit(SHOWN).map(Printable::of).collect(Collectors.joining(", "));
    return names.size() > SHOWN ? shown + ", and " + (names.size() - SHOWN) + " more" : shown;
  }
}
