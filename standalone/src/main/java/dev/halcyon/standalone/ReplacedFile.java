package dev.halcyon.standalone;

import dev.halcyon.services.common.EnvironmentException;
import dev.halcyon.services.common.Failures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// A file that a command writes: whole, or not at all.
final class ReplacedFile {
  private ReplacedFile() {}

  /// Writes the file, and the folders that it is in where they are missing.
  ///
  /// @throws EnvironmentException where it cannot be written
  static void write(Path file, byte[] content) {
    Path folder = file.toAbsolutePath().getParent();
    try {
      Files.createDirectories(folder);
      Path temporary =
          folder.resolve(
              "." + file.getFileName() + "." + ProcessHandle.current().pid() + ".partial");
      try {
        Files.write(temporary, content);
        Files.move(
            temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new EnvironmentException(
          "%s cannot be written: %s".formatted(file, Failures.of(e).message()), e);
    }
  }
}
