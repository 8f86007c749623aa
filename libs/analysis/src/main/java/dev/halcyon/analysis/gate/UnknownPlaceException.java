package dev.halcyon.analysis.gate;

/// A condition that selects no tensor of the models.
public final class UnknownPlaceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnknownPlaceException(String message) {
    super(message);
  }
}
