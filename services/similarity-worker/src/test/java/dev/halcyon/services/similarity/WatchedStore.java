package dev.halcyon.services.similarity;

import dev.halcyon.objectstore.MemoryObjectStore;
import dev.halcyon.objectstore.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;

/// A store in memory that tells of each read before it is done.
final class WatchedStore implements ObjectStore {
  private final MemoryObjectStore objects = new MemoryObjectStore();
  private final List<Read> reads = new CopyOnWriteArrayList<>();
  private volatile Watch watch = _ -> {};

  /// A read of an object into memory.
  record Read(String key, long offset, MemorySegment target) {
    boolean memoryIsFreed() {
      return !target.scope().isAlive();
    }
  }

  /// Is told of reads, by the thread that reads; may wait and may fail.
  interface Watch {
    void read(Read read) throws IOException, InterruptedException;
  }

  void watch(Watch watcher) {
    watch = watcher;
  }

  /// All reads so far.
  List<Read> reads() {
    return reads;
  }

  List<Read> reads(String key) {
    return reads.stream().filter(read -> read.key().equals(key)).toList();
  }

  @Override
  public void read(String key, long offset, MemorySegment target) throws IOException {
    Read read = new Read(key, offset, target);
    reads.add(read);
    try {
      watch.read(read);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while reading " + key);
    }
    objects.read(key, offset, target);
  }

  @Override
  public void put(String key, byte[] content) throws IOException {
    objects.put(key, content);
  }

  @Override
  public void put(String key, InputStream content, OptionalLong length) throws IOException {
    objects.put(key, content, length);
  }

  @Override
  public boolean putIfAbsent(String key, byte[] content) throws IOException {
    return objects.putIfAbsent(key, content);
  }

  @Override
  public Optional<ObjectInfo> find(String key) {
    return objects.find(key);
  }

  @Override
  public byte[] get(String key) throws IOException {
    return objects.get(key);
  }

  @Override
  public InputStream open(String key, long offset, long length) throws IOException {
    return objects.open(key, offset, length);
  }

  @Override
  public List<ObjectInfo> list(String prefix) {
    return objects.list(prefix);
  }

  @Override
  public void delete(String key) {
    objects.delete(key);
  }

  @Override
  public void check() {
    objects.check();
  }

  @Override
  public void close() {
    objects.close();
  }
}
