package dev.halcyon.analysis.gate;

/// Whether a condition holds, in Kleene's strong logic of three values.
public enum Truth {
  HOLDS,
  DOES_NOT_HOLD,
  /// It depends on a number that is not defined.
  UNDECIDED;

  static Truth of(boolean holds) {
    return holds ? HOLDS : DOES_NOT_HOLD;
  }

  Truth negated() {
    return switch (this) {
      case HOLDS -> DOES_NOT_HOLD;
      case DOES_NOT_HOLD -> HOLDS;
      case UNDECIDED -> UNDECIDED;
    };
  }
}
