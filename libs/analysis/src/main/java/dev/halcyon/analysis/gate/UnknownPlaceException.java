package dev.halcyon.analysis.gate;

/// A condition that names a place without a tensor, so that it says nothing of these models.
public final class UnknownPlaceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnknownPlaceException(String message) {
    super(message);
  }
}
