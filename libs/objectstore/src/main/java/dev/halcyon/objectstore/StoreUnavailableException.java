package dev.halcyon.objectstore;

/// The store did not answer, or answered that it is busy: the same call may work later.
public final class StoreUnavailableException extends ObjectStoreException {
  public StoreUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
