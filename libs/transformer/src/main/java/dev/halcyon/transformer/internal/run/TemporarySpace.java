package dev.halcyon.transformer.internal.run;

import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/// Room for temporary files. They are mapped, and where the disk fills up while one is written the
/// whole process ends, so there must be enough before anything begins.
///
/// @param folder of the files
/// @param free bytes that its disk has left
record TemporarySpace(Path folder, long free) {
  private static final double GIBIBYTE = 1L << 30;

  /// Asks the disk, not the table of mounts: a container's table may lack the mount of its folder,
  /// and changes while others mount.
  ///
  /// @throws NoSuchFileException where there is no such folder
  static TemporarySpace in(Path folder) throws NoSuchFileException {
    if (!Files.isDirectory(folder)) {
      throw new NoSuchFileException(folder.toString(), null, "there is no such folder");
    }
    return new TemporarySpace(folder, folder.toFile().getUsableSpace());
  }

  /// @throws FileSystemException where there is less
  void require(long bytes) throws FileSystemException {
    if (bytes > free) {
      throw new FileSystemException(
          folder.toString(),
          null,
          String.format(
              Locale.ROOT,
              "%.1f GiB of temporary files are needed and its disk has %.1f GiB left: free some, or"
                  + " give fewer or shorter samples",
              bytes / GIBIBYTE,
              free / GIBIBYTE));
    }
  }
}
