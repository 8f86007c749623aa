package dev.halcyon.standalone;

import dev.halcyon.services.common.EnvironmentException;
import java.nio.file.Path;

/// Where a local command keeps its store and its temporary files while it lives: a folder below
/// `java.io.tmpdir`.
final class WorkFolder implements AutoCloseable {
  /// What a small job's results take, roughly; less says that the disk is full.
  private static final long LEAST_ROOM = 16_000_000;

  /// The property of libs/plots that names the folder of its font.
  static final String FONT_FOLDER = "halcyon.plots.font-folder";

  private final LockedFolder folder;

  private WorkFolder(LockedFolder folder) {
    this.folder = folder;
  }

  /// Makes the folder, where the font of figures is copied too.
  static WorkFolder create() {
    WorkFolder work =
        new WorkFolder(LockedFolder.in(Path.of(System.getProperty("java.io.tmpdir"))));
    System.setProperty(FONT_FOLDER, work.temporary().toString());
    return work;
  }

  /// @throws EnvironmentException where the disk is full
  void requireRoom() {
    Path parent = folder.path().getParent();
    long room = parent.toFile().getUsableSpace();
    if (room < LEAST_ROOM) {
      throw new EnvironmentException(
          "the disk of %s has %s left; a small job needs %s: free space, or choose another folder (HALCYON_JAVA_OPTS=-Djava.io.tmpdir=DIR)"
              .formatted(parent, Bytes.text(room), Bytes.text(LEAST_ROOM)));
    }
  }

  Path store() {
    return folder.path().resolve("store");
  }

  /// For what services would else write to `java.io.tmpdir`.
  Path temporary() {
    return folder.path().resolve("temporary");
  }

  @Override
  public void close() {
    folder.close();
  }
}
