package dev.halcyon.standalone;

import dev.halcyon.services.common.EnvironmentException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// A folder of this process's own, gone when it is closed.
///
/// It is locked while its process lives; folders of processes that were killed are found unlocked
/// and removed by the next one that makes a folder in the same place.
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
      Path path = Files.createTempDirectory(parent, PREFIX);
      FileChannel channel =
          FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      channel.lock();
      return new LockedFolder(path, channel);
    } catch (IOException e) {
      throw new EnvironmentException(
          "cannot make a folder in %s: %s".formatted(parent, e.getMessage()), e);
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
      for (Path folder : folders) {
        if (isAbandoned(folder)) {
          delete(folder);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      System.getLogger(LockedFolder.class.getName())
          .log(System.Logger.Level.DEBUG, "abandoned folders stay: {0}", e.getMessage());
    }
  }

  private static boolean isAbandoned(Path folder) {
    try (FileChannel channel = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock != null;
    } catch (IOException | OverlappingFileLockException e) {
      return false;
    }
  }
}
