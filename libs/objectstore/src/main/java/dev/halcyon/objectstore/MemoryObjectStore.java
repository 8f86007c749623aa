package dev.halcyon.objectstore;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/// Objects in the heap of this JVM, gone when it is closed; objects are smaller than 2 GiB.
public final class MemoryObjectStore implements ObjectStore {
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Stored(byte[] content, Instant lastModified) {}

  private final TreeMap<String, Stored> objects = new TreeMap<>();
  private boolean closed;

  @Override
  public void put(String key, byte[] content) throws IOException {
    store(key, content.clone());
  }

  @Override
  public void put(String key, InputStream content, OptionalLong length) throws IOException {
    ObjectKeys.requireKey(key);
    requireOpen();
    try {
      store(key, new ContentInputStream(content, length, this, key).readAllBytes());
    } catch (ContentInputStream.SourceException e) {
      throw e.thrown();
    }
  }

  private synchronized void store(String key, byte[] content) throws IOException {
    ObjectKeys.requireKey(key);
    requireOpen();
    refuseFolders(key);
    objects.put(key, new Stored(content, Instant.now()));
  }

  @Override
  public synchronized boolean putIfAbsent(String key, byte[] content) throws IOException {
    ObjectKeys.requireKey(key);
    requireOpen();
    Objects.requireNonNull(content, "content is null");
    if (objects.containsKey(key)) {
      return false;
    }
    store(key, content.clone());
    return true;
  }

  private void refuseFolders(String key) throws StoreEnvironmentException {
    String inside = objects.ceilingKey(key + "/");
    if (inside != null && inside.startsWith(key + "/")) {
      throw new StoreEnvironmentException(
          "[%s] object %s cannot be written: it is the folder of %s".formatted(this, key, inside),
          null);
    }
    for (String folder = ObjectKeys.folderOf(key);
        !folder.isEmpty();
        folder = ObjectKeys.folderOf(folder)) {
      if (objects.containsKey(folder)) {
        throw new StoreEnvironmentException(
            "[%s] object %s cannot be written: its folder %s is an object"
                .formatted(this, key, folder),
            null);
      }
    }
  }

  @Override
  public Optional<ObjectInfo> find(String key) {
    return lookUp(key).map(stored -> info(key, stored));
  }

  @Override
  public byte[] get(String key) throws IOException {
    return require(key).content().clone();
  }

  @Override
  public InputStream open(String key, long offset, long length) throws IOException {
    byte[] content = require(key).content();
    new ByteRange(offset, length).requireWithin(content.length, this, key);
    return new ByteArrayInputStream(content, (int) offset, (int) length);
  }

  @Override
  public void read(String key, long offset, MemorySegment target) throws IOException {
    byte[] content = require(key).content();
    new ByteRange(offset, target.byteSize()).requireWithin(content.length, this, key);
    MemorySegment.copy(
        MemorySegment.ofArray(content),
        ValueLayout.JAVA_BYTE,
        offset,
        target,
        ValueLayout.JAVA_BYTE,
        0,
        target.byteSize());
  }

  @Override
  public synchronized List<ObjectInfo> list(String prefix) {
    ObjectKeys.requirePrefix(prefix);
    requireOpen();
    return objects.tailMap(prefix).entrySet().stream()
        .takeWhile(entry -> entry.getKey().startsWith(prefix))
        .map(entry -> info(entry.getKey(), entry.getValue()))
        .toList();
  }

  @Override
  public synchronized void delete(String key) {
    ObjectKeys.requireKey(key);
    requireOpen();
    objects.remove(key);
  }

  @Override
  public synchronized void check() {
    requireOpen();
  }

  @Override
  public synchronized void close() {
    closed = true;
    objects.clear();
  }

  @Override
  public String toString() {
    return "memory:";
  }

  private synchronized Optional<Stored> lookUp(String key) {
    ObjectKeys.requireKey(key);
    requireOpen();
    return Optional.ofNullable(objects.get(key));
  }

  private Stored require(String key) throws NoSuchObjectException {
    return lookUp(key).orElseThrow(() -> new NoSuchObjectException(this, key));
  }

  private static ObjectInfo info(String key, Stored stored) {
    return new ObjectInfo(key, stored.content().length, stored.lastModified());
  }

  private synchronized void requireOpen() {
    if (closed) {
      throw new IllegalStateException("object store %s is closed".formatted(this));
    }
  }
}
