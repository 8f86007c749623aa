package dev.halcyon.services.fisher;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A folder that no other process uses at the same time: the first of `NAME-0`, `NAME-1`, … that is
/// free. Its content stays when the process ends, and the next process takes it over.
final class OwnedFolder implements AutoCloseable {
  /// Those of this process, of which the system's locks know nothing: they are a process's, and
  /// closing any channel to a locked file releases its lock.
  private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel lock;

  private OwnedFolder(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /// @param parent of the folder
  static OwnedFolder in(Path parent, String name) throws IOException {
    for (int i = 0; ; i++) {
      Path path = Files.createDirectories(parent.resolve(name + "-" + i)).toRealPath();
      if (OURS.add(path)) {
        Optional<OwnedFolder> owned = own(path);
        if (owned.isPresent()) {
          return owned.orElseThrow();
        }
      }
    }
  }

  private static Optional<OwnedFolder> own(Path path) throws IOException {
    Optional<FileChannel> lock = Optional.empty();
    try {
      lock = lock(path);
    } finally {
      if (lock.isEmpty()) {
        OURS.remove(path);
      }
    }
    return lock.map(held -> new OwnedFolder(path, held));
  }

  private static Optional<FileChannel> lock(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(
            folder.resolveSibling(folder.getFileName() + ".lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE);
    FileLock lock = channel.tryLock();
    if (lock == null) {
      channel.close();
    }
    return Optional.ofNullable(lock).map(_ -> channel);
  }

  Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    lock.close();
    OURS.remove(path);
  }
}
