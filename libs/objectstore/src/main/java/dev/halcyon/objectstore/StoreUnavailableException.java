package dev.halcyon.objectstore;

/// The store did not answer, or answered that it is busy, however often it was asked: the same call
/// may work later. Of a put that ends so, the whole content may have become the object or nothing
/// of it.
public sealed class StoreUnavailableException extends ObjectStoreException
    permits ObjectReplacedException {
  public StoreUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
