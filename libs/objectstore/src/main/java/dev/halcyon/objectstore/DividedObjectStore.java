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

/// Two stores that look like one: models in a store that others share, all else in another. A
/// command that lives for one job keeps its jobs to itself and its models for the next.
public final class DividedObjectStore implements ObjectStore {
  private final ObjectStore models;
  private final ObjectStore others;

  /// Takes both stores over: they are closed with this one.
  ///
  /// @param models holds what is under `models/`
  /// @param others holds all else
  public DividedObjectStore(ObjectStore models, ObjectStore others) {
    this.models = requireNonNull(models, "models is null");
    this.others = requireNonNull(others, "others is null");
  }

  private ObjectStore of(String key) {
    return key != null && key.startsWith(ModelFolder.allModels()) ? models : others;
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
  public List<ObjectInfo> list(String prefix) throws IOException {
    if (prefix.startsWith(ModelFolder.allModels())) {
      return models.list(prefix);
    }
    List<ObjectInfo> objects = new ArrayList<>(others.list(prefix));
    if (ModelFolder.allModels().startsWith(prefix)) {
      objects.removeIf(object -> object.key().startsWith(ModelFolder.allModels()));
      objects.addAll(models.list(ModelFolder.allModels()));
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
    models.check();
    others.check();
  }

  @Override
  public void close() {
    try (models) {
      others.close();
    }
  }

  @Override
  public String toString() {
    return others.toString();
  }
}
