package dev.halcyon.objectstore;

/// An object or a content is shorter or longer than the caller said or than the call can take.
public final class ObjectSizeException extends ObjectStoreException {
  public ObjectSizeException(Object store, String key, String problem) {
    super("[%s] object %s: %s".formatted(store, key, problem), null);
  }
}
