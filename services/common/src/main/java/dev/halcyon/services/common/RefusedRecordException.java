package dev.halcyon.services.common;

/// A record that is not read as a message at all.
public final class RefusedRecordException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final DeadLetterReason reason;

  public RefusedRecordException(DeadLetterReason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public DeadLetterReason reason() {
    return reason;
  }
}
