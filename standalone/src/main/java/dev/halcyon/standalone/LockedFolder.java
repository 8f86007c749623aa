package dev.halcyon.standalone;

import dev.halcyon.services.common.EnvironmentException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A folder of this command's own, gone when the command ends.
///
/// The folder is locked while its command lives; folders of commands that were killed are found
/// unlocked and removed by the next one that makes a folder in the same place.
final class LockedFolder implements AutoCloseable {
  private static final String PREFIX = "halcyon-work-";
  private static final String LOCK = "lock";
  private static final int TRIES = 50;
  private static final long PAUSE_MILLIS = 20;

  private final Path path;
  private final FileChannel channel;

  private LockedFolder(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /// @throws EnvironmentException where no folder can be made there
  static LockedFolder in(Path parent) {
    removeAbandoned(parent);
    try {
      Optional<LockedFolder> made = tryCreate(parent);
      while (made.isEmpty()) {
        made = tryCreate(parent);
      }
      return made.get();
    } catch (IOException e) {
      throw new EnvironmentException(
          "cannot create a folder in %s (java.io.tmpdir): %s".formatted(parent, e.getMessage()), e);
    }
  }

  /// Nothing where another command took the folder for an abandoned one before it was locked.
  private static Optional<LockedFolder> tryCreate(Path parent) throws IOException {
    Path path = Files.createTempDirectory(parent, PREFIX);
    Path lock = path.resolve(LOCK);
    FileChannel channel;
    try {
      channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    if (isLocked(channel) && Files.exists(lock)) {
      return Optional.of(new LockedFolder(path, channel));
    }
    channel.close();
    return Optional.empty();
  }

  /// Not where another command of this very JVM has it, which does not wait for the lock but is
  /// refused it.
  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      channel.lock();
      return true;
    } catch (OverlappingFileLockException _) {
      return false;
    }
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    try {
      channel.close();
      deleteInUse(path);
    } catch (IOException | UncheckedIOException e) {
      System.getLogger(LockedFolder.class.getName())
          .log(System.Logger.Level.WARNING, "{0} could not be removed: {1}", path, e.getMessage());
    }
  }

  /// The broker may still make files while its folder goes.
  private static void deleteInUse(Path folder) throws IOException {
    for (int left = TRIES - 1; left >= 0; left--) {
      try {
        delete(folder);
        return;
      } catch (DirectoryNotEmptyException | NoSuchFileException | UncheckedIOException e) {
        if (left == 0) {
          throw e;
        }
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static void delete(Path folder) throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> tree = Files.walk(folder)) {
      deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.deleteIfExists(path);
    }
  }

  private static void removeAbandoned(Path parent) {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, PREFIX + "*")) {
      folders.forEach(LockedFolder::removeIfAbandoned);
    } catch (IOException | DirectoryIteratorException e) {
      stays(parent, e);
    }
  }

  /// Keeps the lock until the folder is gone, so that a command whose folder this is after all
  /// finds it gone once it has the lock.
  private static void removeIfAbandoned(Path folder) {
    try (FileChannel channel = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock != null) {
        delete(folder);
      }
    } catch (IOException | UncheckedIOException | OverlappingFileLockException e) {
      stays(folder, e);
    }
  }

  private static void stays(Path folder, Exception reason) {
    System.getLogger(LockedFolder.class.getName())
        .log(System.Logger.Level.DEBUG, "{0} stays: {1}", folder, reason.toString());
  }
}
