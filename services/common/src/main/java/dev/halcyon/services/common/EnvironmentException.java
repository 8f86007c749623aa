package dev.halcyon.services.common;

/// Something outside the program is not as it must be, and no other input helps: a broker, a disk,
/// a port, a store.
public final class EnvironmentException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public EnvironmentException(String message) {
    super(message);
  }

  public EnvironmentException(String message, Throwable cause) {
    super(message, cause);
  }
}
