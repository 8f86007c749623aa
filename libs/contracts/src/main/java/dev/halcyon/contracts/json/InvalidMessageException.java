package dev.halcyon.contracts.json;

/// A message or file that is not the JSON it should be; the text says which field and why.
public final class InvalidMessageException extends IllegalArgumentException {
  public InvalidMessageException(String message) {
    super(message);
  }

  public InvalidMessageException(String message, Throwable cause) {
    super(message, cause);
  }
}
