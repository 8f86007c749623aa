package dev.halcyon.services.fisher;

import dev.halcyon.contracts.Digest;
import dev.halcyon.contracts.FisherOutcome;
import dev.halcyon.contracts.FisherTask;
import dev.halcyon.contracts.Json;
import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.StoredObject;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.EnvironmentException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/// What tasks put into the store and read from it; all that is read is checked against its digest.
final class Outcomes {
  private final ObjectStore store;

  Outcomes(ObjectStore store) {
    this.store = store;
  }

  /// The task's outcome, if it is there.
  Optional<StoredObject> find(FisherTask task) throws IOException {
    String key = StoreKeys.fisherOutcome(task);
    return store.find(key).isPresent() ? Optional.of(described(key)) : Optional.empty();
  }

  /// Puts an outcome; returns the one that is there then, which may be an earlier one.
  StoredObject put(FisherTask task, FisherOutcome outcome) throws IOException {
    String key = StoreKeys.fisherOutcome(task);
    store.putIfAbsent(key, Json.bytes(outcome));
    return described(key);
  }

  /// Puts a tensor that an outcome refers to.
  StoredObject put(FisherTask task, MemorySegment content) throws IOException {
    String sha256 = ContentDigest.of(content);
    String key = StoreKeys.fisherObject(task, sha256);
    if (store.find(key).isEmpty()) {
      store.put(key, new SegmentInputStream(content), OptionalLong.of(content.byteSize()));
    }
    return new StoredObject(key, content.byteSize(), sha256);
  }

  /// Puts a file that an outcome refers to.
  StoredObject put(FisherTask task, Path file) throws IOException {
    String sha256 = ContentDigest.of(file);
    String key = StoreKeys.fisherObject(task, sha256);
    long size = Files.size(file);
    try (InputStream content = Files.newInputStream(file)) {
      store.put(key, content, OptionalLong.of(size));
    }
    return new StoredObject(key, size, sha256);
  }

  /// The record that an object holds.
  <T> T read(StoredObject object, Class<T> type) throws IOException {
    byte[] content = store.get(object.key());
    check(object, Digest.sha256(content));
    return Json.read(content, type);
  }

  /// Reads an object of the target's size.
  void read(StoredObject object, MemorySegment target) throws IOException {
    store.read(object.key(), 0, target);
    check(object, ContentDigest.of(target));
  }

  private StoredObject described(String key) throws IOException {
    byte[] content = store.get(key);
    return new StoredObject(key, content.length, Digest.sha256(content));
  }

  private static void check(StoredObject object, String sha256) {
    if (!sha256.equals(object.sha256())) {
      throw new EnvironmentException(
          "%s has SHA-256 %s, announced was %s: the store's object was changed"
              .formatted(object.key(), sha256, object.sha256()));
    }
  }
}
