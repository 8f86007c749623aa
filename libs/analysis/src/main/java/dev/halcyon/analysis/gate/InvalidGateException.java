package dev.halcyon.analysis.gate;

/// A condition with a syntax error, or with a quantity that the run does not compute.
public final class InvalidGateException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /// @param column of the condition's text, from 1
  InvalidGateException(int column, String problem) {
    super("column %d: %s".formatted(column, problem));
  }
}
