package dev.halcyon.transformer.internal.run;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// Room for temporary files. They are mapped, and where the disk fills up while one is written the
/// whole process ends, so there must be enough before anything begins.
///
/// @param folder of the files
/// @param free bytes that its disk has left
record TemporarySpace(Path folder, long free) {
  private static final double GIBIBYTE = 1L << 30;

  static TemporarySpace in(Path folder) throws IOException {
    return new TemporarySpace(folder, Files.getFileStore(folder).getUsableSpace());
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
