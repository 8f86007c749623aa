package dev.halcyon.services.common;

import dev.halcyon.contracts.Digest;
import dev.halcyon.contracts.Json;
import dev.halcyon.contracts.StoredObject;
import dev.halcyon.objectstore.ObjectStore;
import java.io.IOException;

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
    byte[] content = store.get(object.key());
    check(object, Digest.sha256(content));
    return content;
  }

  /// The record that the content is.
  ///
  /// @throws EnvironmentException where the object was changed
  public <T> T read(StoredObject object, Class<T> type) throws IOException {
    return Json.read(read(object), type);
  }

  private static void check(StoredObject object, String sha256) {
    if (!sha256.equals(object.sha256())) {
      throw new EnvironmentException(
          "%s has SHA-256 %s, announced was %s: the store's object was changed"
              .formatted(object.key(), sha256, object.sha256()));
    }
  }
}
