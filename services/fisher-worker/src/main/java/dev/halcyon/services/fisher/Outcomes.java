package dev.halcyon.services.fisher;

import dev.halcyon.contracts.StoreKeys;
import dev.halcyon.contracts.job.FisherTask;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.store.Digest;
import dev.halcyon.contracts.store.StoredObject;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.ReferencedObjects;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.OptionalLong;

/// What tasks put into the store and read from it; all that is read is checked against its digest.
final class Outcomes {
  private final ObjectStore store;
  private final ReferencedObjects objects;

  Outcomes(ObjectStore store) {
    this.store = store;
    this.objects = new ReferencedObjects(store);
  }

  /// The task's outcome, if it is there.
  Optional<StoredObject> find(FisherTask task) throws IOException {
    String key = StoreKeys.fisherOutcome(task);
    return store.find(key).isPresent() ? Optional.of(objects.describe(key)) : Optional.empty();
  }

  /// Puts an outcome; returns the one that is there then, which may be an earlier one.
  ///
  /// @param outcome a record of the task's kind
  StoredObject put(FisherTask task, Record outcome) throws IOException {
    String key = StoreKeys.fisherOutcome(task);
    store.putIfAbsent(key, Json.bytes(outcome));
    return objects.describe(key);
  }

  /// Puts a tensor that an outcome refers to.
  StoredObject put(FisherTask task, MemorySegment content) throws IOException {
    String sha256 = Digest.sha256(content);
    String key = StoreKeys.fisherObject(task, sha256);
    if (store.find(key).isEmpty()) {
      store.put(key, new SegmentInputStream(content), OptionalLong.of(content.byteSize()));
    }
    return new StoredObject(key, content.byteSize(), sha256);
  }

  /// Puts a file that an outcome refers to.
  StoredObject put(FisherTask task, Path file) throws IOException {
    String sha256 = sha256(file);
    String key = StoreKeys.fisherObject(task, sha256);
    long size = Files.size(file);
    try (InputStream content = Files.newInputStream(file)) {
      store.put(key, content, OptionalLong.of(size));
    }
    return new StoredObject(key, size, sha256);
  }

  void delete(StoredObject object) throws IOException {
    store.delete(object.key());
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest = Digest.sha256();
    try (InputStream content = new DigestInputStream(Files.newInputStream(file), digest)) {
      content.transferTo(OutputStream.nullOutputStream());
    }
    return Digest.hex(digest);
  }

  /// The record that an object holds.
  <T> T read(StoredObject object, Class<T> type) throws IOException {
    return objects.read(object, type);
  }

  /// An object piece by piece.
  ReferencedObjects.Pieces pieces(StoredObject object) {
    return objects.pieces(object);
  }
}
