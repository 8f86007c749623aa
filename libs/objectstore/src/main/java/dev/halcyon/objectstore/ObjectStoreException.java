package dev.halcyon.objectstore;

import java.io.IOException;

/// A failure of the object store, by who must act: no one, it passes ([StoreUnavailableException]),
/// the operator ([StoreEnvironmentException]), or the caller that named the object
/// ([NoSuchObjectException], [ObjectSizeException]).
public abstract sealed class ObjectStoreException extends IOException
    permits NoSuchObjectException,
        ObjectSizeException,
        StoreEnvironmentException,
        StoreUnavailableException {
  ObjectStoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
