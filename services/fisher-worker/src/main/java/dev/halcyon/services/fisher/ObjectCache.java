package dev.halcyon.services.fisher;

import dev.halcyon.objectstore.DirectoryObjectStore;
import dev.halcyon.objectstore.NoSuchObjectException;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.objectstore.ObjectStore.ObjectInfo;
import dev.halcyon.objectstore.ObjectStoreException;
import dev.halcyon.objectstore.StoreEnvironmentException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/// Keeps the objects of models that were used last in a folder, so that each is read from the store
/// once for all tasks. An object of a model never changes: its key has the model's commit.
///
/// An object is fetched whole when some of it is read. The folder holds no more than the limit, and
/// leaves space for temporary files; what has no room is read from the store each time. A file that
/// has not the object's size is fetched again. A folder that cannot be written costs time but no
/// task. Safe for use by many threads.
final class ObjectCache implements ObjectReads, AutoCloseable {
  private static final Logger LOG = Logger.getLogger(ObjectCache.class);
  private static final String NAME = "halcyon-weights";

  private final ObjectStore store;
  private final OwnedFolder folder;
  private final DirectoryObjectStore kept;
  private final Limits limits;
  private final RecentObjects recent = new RecentObjects();

  /// Sizes of the store's objects; who fetches one holds its entry.
  private final Map<String, Size> sizes = new ConcurrentHashMap<>();

  /// @param most bytes that are kept
  /// @param free bytes that the file system shall have for others
  /// @param usable bytes that it has
  record Limits(long most, long free, LongSupplier usable) {
    boolean allow(long kept, long another) {
      return kept + another <= most && usable.getAsLong() - another >= free;
    }
  }

  private final AtomicBoolean noRoomSaid = new AtomicBoolean();

  private static final class Size {
    private long bytes = -1;
  }

  private ObjectCache(ObjectStore store, OwnedFolder folder, Limits limits) {
    this.store = store;
    this.folder = folder;
    this.kept = new DirectoryObjectStore(folder.path());
    this.limits = limits;
  }

  /// @param parent of the folder, whose content of before is used
  static ObjectCache open(ObjectStore store, Path parent, Limits limits) throws IOException {
    ObjectCache cache = new ObjectCache(store, OwnedFolder.in(parent, NAME), limits);
    sweep(cache.folder.path());
    cache.kept.list("").stream()
        .sorted(Comparator.comparing(ObjectInfo::lastModified))
        .forEach(object -> cache.recent.add(object.key(), object.size()));
    cache.makeRoom(0);
    return cache;
  }

  /// Removes what a process that was killed had not finished.
  private static void sweep(Path folder) throws IOException {
    Path unfinished = folder.resolve(DirectoryObjectStore.UPLOADS);
    if (Files.isDirectory(unfinished)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(unfinished)) {
        for (Path file : files) {
          Files.delete(file);
        }
      }
    }
  }

  @Override
  public void read(String key, long offset, MemorySegment target) throws IOException {
    if (!isKept(key) || !readKept(key, offset, target)) {
      store.read(key, offset, target);
    }
  }

  private boolean isKept(String key) throws IOException {
    Size size = sizes.computeIfAbsent(key, _ -> new Size());
    synchronized (size) {
      if (size.bytes < 0) {
        size.bytes =
            store.find(key).orElseThrow(() -> new NoSuchObjectException(store, key)).size();
      }
      return recent.use(key, size.bytes) || fetch(key, size.bytes);
    }
  }

  private boolean readKept(String key, long offset, MemorySegment target) throws IOException {
    try {
      kept.read(key, offset, target);
      return true;
    } catch (ObjectStoreException e) {
      LOG.warnf("a kept object is read from the store instead: %s", e.getMessage());
      drop(key);
      return false;
    }
  }

  private boolean fetch(String key, long size) throws IOException {
    drop(key);
    if (size > limits.most || !makeRoom(size)) {
      sayNoRoom(size);
      return false;
    }
    recent.add(key, size);
    try (InputStream content = new ObjectStream(store, key, size)) {
      kept.put(key, content, OptionalLong.of(size));
      return true;
    } catch (StoreEnvironmentException e) {
      LOG.warnf("an object is not kept: %s", e.getMessage());
      recent.remove(key);
      return false;
    } catch (IOException | RuntimeException e) {
      recent.remove(key);
      throw e;
    }
  }

  /// Once: every object may be without room.
  private void sayNoRoom(long size) {
    if (noRoomSaid.compareAndSet(false, true)) {
      LOG.warnf(
          "%s has no room for an object of %d bytes, which is read from the store each time:"
              + " halcyon.fisher.weights-cache allows %d bytes, and of %d usable bytes"
              + " halcyon.fisher.disk=%d stay free",
          folder.path(), size, limits.most, limits.usable.getAsLong(), limits.free);
    }
  }

  private boolean makeRoom(long size) throws IOException {
    while (!limits.allow(recent.bytes(), size)) {
      if (recent.oldest().isEmpty()) {
        return false;
      }
      drop(recent.oldest().orElseThrow());
    }
    return true;
  }

  private void drop(String key) throws IOException {
    recent.remove(key);
    kept.delete(key);
  }

  @Override
  public void close() throws IOException {
    try (folder) {
      kept.close();
    }
  }
}
