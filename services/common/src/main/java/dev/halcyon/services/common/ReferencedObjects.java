package dev.halcyon.services.common;

import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.store.Digest;
import dev.halcyon.contracts.store.StoredObject;
import dev.halcyon.objectstore.ObjectStore;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;

/// Objects of the store that messages refer to by their content: what is read is what was
/// announced, or an error says that it is not.
public final class ReferencedObjects {
  private final ObjectStore store;

  public ReferencedObjects(ObjectStore store) {
    this.store = store;
  }

  /// The content.
  ///
  /// @throws EnvironmentException where the object was changed
  public byte[] read(StoredObject object) throws IOException {
    return read(object.key(), object.sha256());
  }

  /// The content under that key, which must have that SHA-256.
  ///
  /// @throws EnvironmentException where the object was changed
  public byte[] read(String key, String sha256) throws IOException {
    byte[] content = store.get(key);
    check(key, sha256, Digest.sha256(content));
    return content;
  }

  /// The record that the content is.
  ///
  /// @throws EnvironmentException where the object was changed
  public <T> T read(StoredObject object, Class<T> type) throws IOException {
    return Json.read(read(object), type);
  }

  /// The content piece by piece, for what is too large to be held whole.
  public Pieces pieces(StoredObject object) {
    return new Pieces(object);
  }

  /// What lies under that key now, for others to refer to.
  public StoredObject describe(String key) throws IOException {
    byte[] content = store.get(key);
    return new StoredObject(key, content.length, Digest.sha256(content));
  }

  /// An object that is read from its start to its end.
  public final class Pieces {
    private final StoredObject object;
    private final MessageDigest digest = Digest.sha256();

    private Pieces(StoredObject object) {
      this.object = object;
    }

    /// Fills the target with the bytes that follow those of the last call.
    public void read(long offset, MemorySegment target) throws IOException {
      store.read(object.key(), offset, target);
      Digest.update(digest, target);
    }

    /// Holds all that was read against the announced content.
    ///
    /// @throws EnvironmentException where the object was changed
    public void check() {
      ReferencedObjects.check(object.key(), object.sha256(), Digest.hex(digest));
    }
  }

  private static void check(String key, String announced, String found) {
    if (!found.equals(announced)) {
      throw new EnvironmentException(
          "%s has SHA-256 %s instead of %s: the store's object was changed"
              .formatted(key, found, announced));
    }
  }
}
