package dev.halcyon.objectstore;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Two stores that look like one: the objects with a prefix in one, all else in another. A command
/// that exists for one job keeps its jobs to itself and its models for the next.
public final class DividedObjectStore implements ObjectStore {
  private final String prefix;
  private final ObjectStore below;
  private final ObjectStore others;

  /// Takes both stores over: they are closed with this one.
  ///
  /// @param prefix of keys
  /// @param below holds the objects with that prefix
  /// @param others holds all else
  public DividedObjectStore(String prefix, ObjectStore below, ObjectStore others) {
    this.prefix = ObjectKeys.requirePrefix(prefix);
    this.below = requireNonNull(below, "below is null");
    this.others = requireNonNull(others, "others is null");
  }

  private ObjectStore of(String key) {
    return key != null && key.startsWith(prefix) ? below : others;
  }

  @Override
  public void put(String key, byte[] content) throws IOException {
    of(key).put(key, content);
  }

  @Override
  public void put(String key, InputStream content, OptionalLong length) throws IOException {
    of(key).put(key, content, length);
  }

  @Override
  public boolean putIfAbsent(String key, byte[] content) throws IOException {
    return of(key).putIfAbsent(key, content);
  }

  @Override
  public Optional<ObjectInfo> find(String key) throws IOException {
    return of(key).find(key);
  }

  @Override
  public byte[] get(String key) throws IOException {
    return of(key).get(key);
  }

  @Override
  public InputStream open(String key, long offset, long length) throws IOException {
    return of(key).open(key, offset, length);
  }

  @Override
  public void read(String key, long offset, MemorySegment target) throws IOException {
    of(key).read(key, offset, target);
  }

  @Override
  public List<ObjectInfo> list(String wanted) throws IOException {
    if (wanted.startsWith(prefix)) {
      return below.list(wanted);
    }
    List<ObjectInfo> objects = new ArrayList<>(others.list(wanted));
    if (prefix.startsWith(wanted)) {
      objects.removeIf(object -> object.key().startsWith(prefix));
      objects.addAll(below.list(prefix));
      objects.sort(Comparator.comparing(ObjectInfo::key));
    }
    return objects;
  }

  @Override
  public void delete(String key) throws IOException {
    of(key).delete(key);
  }

  @Override
  public void check() throws IOException {
    below.check();
    others.check();
  }

  @Override
  public void close() {
    try (below) {
      others.close();
    }
  }

  @Override
  public String toString() {
    return others.toString();
  }
}
