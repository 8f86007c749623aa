package dev.halcyon.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where a command keeps its broker, its store and its temporary files while it lives.
///
/// What a broker writes is small, but it waits for the disk with every file: where the system has a
/// folder in memory with room, it writes there. The store is on disk, since it may be large.
final class WorkFolder implements AutoCloseable {
  private static final Path DEFAULT_PARENT = Path.of("/tmp");
  private static final Path IN_MEMORY = Path.of("/dev/shm");
  private static final long ROOM = 1L << 30;

  private final LockedFolder disk;
  private final LockedFolder fast;

  private WorkFolder(LockedFolder disk, LockedFolder fast) {
    this.disk = disk;
    this.fast = fast;
  }

  /// A folder below `java.io.tmpdir`. Whoever sets that means all that is written to lie there.
  static WorkFolder create() {
    Path parent = Path.of(System.getProperty("java.io.tmpdir"));
    LockedFolder disk = LockedFolder.in(parent);
    boolean memory = parent.equals(DEFAULT_PARENT) && hasRoom(IN_MEMORY);
    return new WorkFolder(disk, memory ? LockedFolder.in(IN_MEMORY) : disk);
  }

  private static boolean hasRoom(Path folder) {
    try {
      return Files.isWritable(folder) && Files.getFileStore(folder).getUsableSpace() >= ROOM;
    } catch (IOException _) {
      return false;
    }
  }

  Path broker() {
    return fast.path().resolve("broker");
  }

  Path store() {
    return disk.path().resolve("store");
  }

  /// For what services would else write to `java.io.tmpdir`; on disk, since it may be large.
  Path temporary() {
    return disk.path().resolve("temporary");
  }

  Path streams() {
    return fast.path().resolve("streams");
  }

  @Override
  public void close() {
    disk.close();
    if (fast != disk) {
      fast.close();
    }
  }
}
