package dev.halcyon.analysis.fisher;

/// An invalid entry of a diagonal: negative, infinite or not a number.
public final class InvalidFisherException extends RuntimeException {
  private final long index;

  InvalidFisherException(long index, float value) {
    super("Fisher information at flat index " + index + " is " + value);
    this.index = index;
  }

  private InvalidFisherException(String parameter, InvalidFisherException cause) {
    super("[" + parameter + "] " + cause.getMessage(), cause);
    this.index = cause.index;
  }

  InvalidFisherException of(String parameter) {
    return new InvalidFisherException(parameter, this);
  }

  /// Flat index of the entry.
  public long index() {
    return index;
  }
}
