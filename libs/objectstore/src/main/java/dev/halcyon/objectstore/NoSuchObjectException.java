package dev.halcyon.objectstore;

import java.util.Objects;

/// There is no object of this key; trying again will not help unless somebody puts it.
public final class NoSuchObjectException extends ObjectStoreException {
  public NoSuchObjectException(Object store, String key) {
    super("[%s] no object %s".formatted(store, Objects.requireNonNull(key, "key is null")), null);
  }
}
