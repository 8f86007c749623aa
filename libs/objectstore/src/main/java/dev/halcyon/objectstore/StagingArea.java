package dev.halcyon.objectstore;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/// Where a directory store's objects are written before they are moved to their place whole.
///
/// The folder's name has a character that no key has, and it lies in the store's own folder, so
/// that it is on the same file system. What a killed process left there is removed after a day, by
/// whichever process writes next.
final class StagingArea {
  static final String NAME = "~uploads";
  private static final Duration ABANDONED_AFTER = Duration.ofDays(1);
  private static final int BUFFER_SIZE = 1 << 18;
  private static final int MOST_ATTEMPTS = 100;
  private static final boolean FOLDERS_CAN_BE_SYNCED = File.separatorChar == '/';

  private final Path root;
  private final Path folder;
  private final AtomicBoolean swept = new AtomicBoolean();

  /// What this process has begun and not yet moved to its place.
  private final Set<Path> begun = ConcurrentHashMap.newKeySet();

  private volatile boolean closed;
  private volatile boolean rootMade;

  StagingArea(Path root) {
    this.root = root;
    this.folder = root.resolve(NAME);
  }

  /// Writes the whole content to a new file that survives a power failure, or leaves none.
  Path stage(InputStream content) throws IOException {
    createFolders(folder);
    if (swept.compareAndSet(false, true)) {
      sweep(Instant.now().minus(ABANDONED_AFTER));
    }
    Path staged = folder.resolve(UUID.randomUUID().toString());
    begun.add(staged);
    try (FileChannel file = FileChannel.open(staged, CREATE_NEW, WRITE)) {
      requireOpen();
      copy(content, file);
      file.force(true);
      return staged;
    } catch (Throwable failure) {
      discard(staged, failure);
      throw failure;
    }
  }

  /// Removes what is still being written.
  void close() {
    closed = true;
    for (Path staged : begun) {
      try {
        Files.deleteIfExists(staged);
      } catch (IOException e) {
        // It is removed after a day.
      }
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the store in %s is closed".formatted(root));
    }
  }

  private static void copy(InputStream content, FileChannel file) throws IOException {
    byte[] buffer = new byte[BUFFER_SIZE];
    for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
      ByteBuffer filled = ByteBuffer.wrap(buffer, 0, count);
      while (filled.hasRemaining()) {
        file.write(filled);
      }
    }
  }

  /// Gives the staged file its final name, over whatever has it.
  void replace(Path staged, Path target) throws IOException {
    publish(staged, target, () -> Files.move(staged, target, StandardCopyOption.ATOMIC_MOVE));
  }

  /// Gives the staged file its final name unless that is taken.
  ///
  /// @return whether it got the name
  boolean claim(Path staged, Path target) throws IOException {
    try {
      publish(staged, target, () -> Files.createLink(target, staged));
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } finally {
      Files.deleteIfExists(staged);
      begun.remove(staged);
    }
  }

  private interface Naming {
    Object run() throws IOException;
  }

  private void publish(Path staged, Path target, Naming naming) throws IOException {
    boolean newFolders = !Files.isDirectory(target.getParent());
    try {
      name(target, naming);
      begun.remove(staged);
    } catch (Throwable failure) {
      discard(staged, failure);
      throw failure;
    }
    syncFolders(target, newFolders);
  }

  /// A delete elsewhere may remove the folder, empty until now, between its creation and the
  /// naming.
  private void name(Path target, Naming naming) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        createFolders(target.getParent());
        naming.run();
        return;
      } catch (NoSuchFileException e) {
        if (attempt == MOST_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /// Makes the store's own folder once: where somebody removes it under a running process, the
  /// store is gone, and a new one in its place would keep one object and lack all others.
  private void createFolders(Path folder) throws IOException {
    try {
      if (!rootMade) {
        Files.createDirectories(root);
        rootMade = true;
      }
      if (!Files.isDirectory(root)) {
        throw new FileSystemException(root.toString(), null, "the store's folder no longer exists");
      }
      createBelowRoot(folder);
    } catch (FileAlreadyExistsException e) {
      if (Files.isRegularFile(Path.of(e.getFile()))) {
        throw new FileSystemException(
            e.getFile(), null, "an object exists where a folder is needed");
      }
      throw new NoSuchFileException(e.getFile());
    }
  }

  private void createBelowRoot(Path folder) throws IOException {
    if (folder.equals(root) || Files.isDirectory(folder)) {
      return;
    }
    createBelowRoot(folder.getParent());
    try {
      Files.createDirectory(folder);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
  }

  private void syncFolders(Path target, boolean newFolders) throws IOException {
    Path parent = target.getParent();
    sync(parent);
    while (newFolders && !parent.equals(root)) {
      parent = parent.getParent();
      sync(parent);
    }
  }

  private static void sync(Path folder) throws IOException {
    if (FOLDERS_CAN_BE_SYNCED) {
      try (FileChannel channel = FileChannel.open(folder, READ)) {
        channel.force(true);
      } catch (NoSuchFileException e) {
        // A delete elsewhere has emptied and removed it: nothing is left to keep.
      }
    }
  }

  private void sweep(Instant before) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        removeIfOlder(file, before);
      }
    }
  }

  private static void removeIfOlder(Path file, Instant before) throws IOException {
    try {
      if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
        Files.delete(file);
      }
    } catch (NoSuchFileException e) {
      // Published or removed by its owner meanwhile.
    }
  }

  private void discard(Path staged, Throwable failure) {
    begun.remove(staged);
    try {
      Files.deleteIfExists(staged);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
