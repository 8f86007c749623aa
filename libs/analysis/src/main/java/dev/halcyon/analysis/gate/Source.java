package dev.halcyon.analysis.gate;

import java.util.Locale;

/// The analysis that a quantity comes from.
public enum Source {
  SIMILARITY,
  DIVERGENCE;

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
