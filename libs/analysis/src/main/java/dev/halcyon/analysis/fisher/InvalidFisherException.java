package dev.halcyon.analysis.fisher;

/// An invalid entry of a diagonal: negative, infinite or not a number.
public final class InvalidFisherException extends RuntimeException {
  InvalidFisherException(long index, float value) {
    super("Fisher information at flat index " + index + " is " + value);
  }

  private InvalidFisherException(String parameter, InvalidFisherException cause) {
    super("[" + parameter + "] " + cause.getMessage(), cause);
  }

  InvalidFisherException of(String parameter) {
    return new InvalidFisherException(parameter, this);
  }
}
