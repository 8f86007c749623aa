package dev.halcyon.contracts.store;

import static java.util.Objects.requireNonNull;

/// An object of the store, and what it is to hold.
///
/// @param key of it
/// @param size in bytes
/// @param sha256 of its content
public record StoredObject(String key, long size, String sha256) {
  public StoredObject {
    requireNonNull(key, "key is null");
    requireNonNull(sha256, "sha256 is null");
  }
}
