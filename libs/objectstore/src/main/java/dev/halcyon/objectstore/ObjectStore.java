package dev.halcyon.objectstore;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Named byte sequences shared by processes: a directory, an S3 bucket, or the memory of one JVM.
///
/// **Keys** are segments of `[A-Za-z0-9._=-]+` joined by `/`; `.` and `..` are no segments, a
/// segment has at most 255 characters and a key at most 800. A key that is the folder of another
/// (`a` beside `a/b`) must not be put: most backends refuse it. A malformed key is an
/// [IllegalArgumentException].
///
/// **Reads** see a whole object or none: an object becomes visible, replaces another and disappears
/// in one step, and a read that has begun is never given bytes of two versions. What `put` has
/// returned from is seen by every later call in every process and survives a power failure as far
/// as the backend can promise.
///
/// **Failures** are sorted by who must act ([ObjectStoreException]); an exception thrown by a
/// caller's own stream passes through as it is. A thread that is interrupted in a call gets a
/// [java.io.InterruptedIOException] and keeps its interrupted status. After [#close] every call is
/// an [IllegalStateException].
///
/// All methods may be called from any number of threads.
public interface ObjectStore extends AutoCloseable {

  /// What is known of an object without reading it.
  ///
  /// @param size in bytes
  /// @param lastModified when this content was put, by the backend's clock, to the second or finer
  record ObjectInfo(String key, long size, Instant lastModified) {}

  /// Creates or replaces the object.
  void put(String key, byte[] content) throws IOException;

  /// Creates or replaces the object with what the stream yields until its end; the stream stays
  /// open. Memory is bounded whatever the length (the memory backend aside).
  ///
  /// Where this call fails nothing of it becomes visible and what was stored before stays.
  ///
  /// @param length the exact number of bytes, where it is known: a stream that ends before or goes
  ///   on after it is an [ObjectSizeException]
  void put(String key, InputStream content, OptionalLong length) throws IOException;

  /// Creates the object unless there is one already, in one atomic step.
  ///
  /// @return true where this call's content became the object, also where a lost answer was
  ///   repeated; of several concurrent calls, exactly one returns true
  boolean putIfAbsent(String key, byte[] content) throws IOException;

  /// The object's size and age, or empty where there is no such object.
  Optional<ObjectInfo> find(String key) throws IOException;

  /// The whole object, which must be smaller than 2 GiB.
  ///
  /// @throws NoSuchObjectException where there is none
  byte[] get(String key) throws IOException;

  /// A stream of exactly `length` bytes from `offset` on, which the caller closes.
  ///
  /// @throws NoSuchObjectException where there is none
  /// @throws ObjectSizeException where the range goes past the object's end
  InputStream open(String key, long offset, long length) throws IOException;

  /// Fills `target` with the object's bytes from `offset` on; a backend with latency reads a large
  /// target by several ranges at once.
  ///
  /// @param target writable memory, off-heap or a `byte[]`; off-heap memory of a confined arena can
  ///   only be filled by the calling thread, so use a shared or automatic arena for speed
  /// @throws NoSuchObjectException where there is none
  /// @throws ObjectSizeException where the range goes past the object's end
  void read(String key, long offset, MemorySegment target) throws IOException;

  /// Every object whose key starts with the text `prefix` (which may end within a segment, and may
  /// be empty), in the order of the keys' characters.
  List<ObjectInfo> list(String prefix) throws IOException;

  /// Removes the object; one that is absent is fine.
  void delete(String key) throws IOException;

  /// Asks whether the store can be used now: its folder or bucket is there and answers. An object's
  /// content is neither read nor written.
  ///
  /// @throws ObjectStoreException where it cannot
  void check() throws IOException;

  /// Frees connections and threads; idempotent. Objects stay (the memory backend aside).
  @Override
  void close();
}
