package dev.halcyon.objectstore;

/// The store cannot work until somebody changes its surroundings: disk full, access denied, no such
/// bucket, wrong credentials.
public final class StoreEnvironmentException extends ObjectStoreException {
  public StoreEnvironmentException(String message, Throwable cause) {
    super(message, cause);
  }
}
