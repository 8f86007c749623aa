package dev.halcyon.objectstore;

import static java.nio.file.StandardOpenOption.READ;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/// Objects as files of one folder, a key's segments being its path; safe for any number of
/// processes at once.
///
/// The folder lies within one file system that has hard links and atomic renames, and appears with
/// the first put. Objects are written to its `~uploads` folder, forced to the disk, and renamed
/// (put) or linked (conditional put) to their place. Folders that a delete empties go with it.
public final class DirectoryObjectStore implements ObjectStore {
  /// The folder of objects that are being written.
  public static final String UPLOADS = StagingArea.NAME;

  /// Reads into heap memory pass through a native buffer of this size, which the JDK keeps.
  private static final int HEAP_READ = 1 << 20;

  private static final int LARGEST_READ = 1 << 30;

  private final Path root;
  private final StagingArea staging;
  private volatile boolean seen;
  private volatile boolean closed;

  public DirectoryObjectStore(Path root) {
    this.root = Objects.requireNonNull(root, "root is null").toAbsolutePath().normalize();
    this.staging = new StagingArea(this.root);
  }

  @Override
  public void put(String key, byte[] content) throws IOException {
    put(key, new ByteArrayInputStream(content), OptionalLong.of(content.length));
  }

  @Override
  public void put(String key, InputStream content, OptionalLong length) throws IOException {
    Path target = path(key);
    InputStream checked = new ContentInputStream(content, length, this, key);
    translated(
        key,
        () -> {
          refuseFolder(key, target);
          staging.replace(staging.stage(checked), target);
          return null;
        });
  }

  @Override
  public boolean putIfAbsent(String key, byte[] content) throws IOException {
    Path target = path(key);
    InputStream stream = new ByteArrayInputStream(content);
    return translated(
        key,
        () -> {
          refuseFolder(key, target);
          return !Files.exists(target) && staging.claim(staging.stage(stream), target);
        });
  }

  private void refuseFolder(String key, Path target) throws StoreEnvironmentException {
    if (Files.isDirectory(target)) {
      throw new StoreEnvironmentException(
          "[%s] object %s cannot be written: it is the folder of other objects"
              .formatted(this, key),
          null);
    }
  }

  @Override
  public Optional<ObjectInfo> find(String key) throws IOException {
    Path file = path(key);
    return translated(key, () -> infoOf(key, file));
  }

  private static Optional<ObjectInfo> infoOf(String key, Path file) throws IOException {
    try {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      return found.isRegularFile()
          ? Optional.of(DirectoryListing.info(key, found))
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (FileSystemException e) {
      if (liesInAFile(file)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public byte[] get(String key) throws IOException {
    return translated(
        key,
        () -> {
          try (FileChannel file = open(key)) {
            byte[] content = new byte[HeapObjects.lengthFor(file.size(), this, key)];
            fill(file, key, 0, MemorySegment.ofArray(content));
            return content;
          }
        });
  }

  @Override
  public InputStream open(String key, long offset, long length) throws IOException {
    ByteRange range = new ByteRange(offset, length);
    return translated(
        key,
        () -> {
          FileChannel file = open(key);
          try {
            range.requireWithin(file.size(), this, key);
            return new FileRangeInputStream(file, range, this, key);
          } catch (Throwable failure) {
            file.close();
            throw failure;
          }
        });
  }

  @Override
  public void read(String key, long offset, MemorySegment target) throws IOException {
    ByteRange range = new ByteRange(offset, target.byteSize());
    translated(
        key,
        () -> {
          try (FileChannel file = open(key)) {
            range.requireWithin(file.size(), this, key);
            fill(file, key, offset, target);
            return null;
          }
        });
  }

  private void fill(FileChannel file, String key, long offset, MemorySegment target)
      throws IOException {
    int step = target.isNative() ? LARGEST_READ : HEAP_READ;
    long filled = 0;
    while (filled < target.byteSize()) {
      long count = Math.min(step, target.byteSize() - filled);
      ByteBuffer part = target.asSlice(filled, count).asByteBuffer();
      int done = file.read(part, offset + filled);
      if (done < 0) {
        throw new ObjectSizeException(
            this, key, "its file was truncated to %d bytes".formatted(offset + filled));
      }
      filled += done;
    }
  }

  private FileChannel open(String key) throws IOException {
    Path file = path(key);
    try {
      FileChannel channel = FileChannel.open(file, READ);
      if (Files.isDirectory(file)) {
        channel.close();
        throw new NoSuchObjectException(this, key);
      }
      return channel;
    } catch (NoSuchFileException e) {
      throw new NoSuchObjectException(this, key);
    } catch (FileSystemException e) {
      if (Files.isDirectory(file) || liesInAFile(file)) {
        throw new NoSuchObjectException(this, key);
      }
      throw e;
    }
  }

  /// Whether something on the way to the file is no folder; the system's own message for that is in
  /// the user's language.
  private static boolean liesInAFile(Path file) {
    for (Path folder = file.getParent(); folder != null; folder = folder.getParent()) {
      if (Files.isRegularFile(folder)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public List<ObjectInfo> list(String prefix) throws IOException {
    ObjectKeys.requirePrefix(prefix);
    requireOpen();
    return translated(prefix + "*", () -> DirectoryListing.of(root, prefix));
  }

  @Override
  public void delete(String key) throws IOException {
    Path file = path(key);
    translated(
        key,
        () -> {
          if (infoOf(key, file).isPresent()) {
            Files.deleteIfExists(file);
            removeEmptyFolders(file.getParent());
          }
          return null;
        });
  }

  private void removeEmptyFolders(Path folder) throws IOException {
    try {
      for (Path empty = folder; !empty.equals(root); empty = empty.getParent()) {
        Files.deleteIfExists(empty);
      }
    } catch (DirectoryNotEmptyException e) {
      // Something lives here: so do the folders above.
    }
  }

  /// The folder may be missing until it has been seen once: it appears with the first put.
  @Override
  public void check() throws IOException {
    requireOpen();
    translated(
        "*",
        () -> {
          if (seen || Files.exists(root)) {
            try (DirectoryStream<Path> _ = Files.newDirectoryStream(root)) {
              seen = true;
            }
          }
          return null;
        });
  }

  /// Puts that are still at work fail and leave nothing.
  @Override
  public void close() {
    closed = true;
    staging.close();
  }

  @Override
  public String toString() {
    return root.toUri().toString();
  }

  private Path path(String key) {
    ObjectKeys.requireKey(key);
    requireOpen();
    return root.resolve(key);
  }

  private <T> T translated(String key, FileErrors.FileCall<T> call) throws IOException {
    return FileErrors.translated(this, key, call);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("object store %s is closed".formatted(this));
    }
  }
}
