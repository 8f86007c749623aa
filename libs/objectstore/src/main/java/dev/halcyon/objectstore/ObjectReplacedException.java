package dev.halcyon.objectstore;

/// The object got another content between two requests of one read. The read has to begin anew,
/// which only the caller can do.
public final class ObjectReplacedException extends StoreUnavailableException {
  ObjectReplacedException(Object store, String key, Throwable cause) {
    super("[%s] object %s was replaced while it was read".formatted(store, key), cause);
  }
}
