package dev.halcyon.exports;

/// Results that a file cannot be made of; the text says what is missing and how to compute it.
public final class ExportException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ExportException(String message) {
    super(message);
  }

  ExportException(String message, Throwable cause) {
    super(message, cause);
  }
}
