package dev.halcyon.services.common;

import dev.halcyon.contracts.store.TensorCopy.InFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/// A file that a plan names, which a worker reads in place.
public final class PlannedFile {
  private PlannedFile() {}

  /// The real path of the file, which is the one that was planned.
  ///
  /// @throws EnvironmentException where this machine does not see the file's folder
  /// @throws NoSuchFileException where the folder is there and the file is not
  /// @throws BadInputException where the file has changed, or is not below a root
  public static Path require(InFile file, LocalRoots roots) throws IOException {
    Path path = Path.of(file.path());
    if (!Files.exists(path)) {
      throw missing(path);
    }
    Path real = roots.require(path);
    BasicFileAttributes now = Files.readAttributes(real, BasicFileAttributes.class);
    if (now.size() != file.size() || !now.lastModifiedTime().toInstant().equals(file.modified())) {
      throw new BadInputException(path + " has changed since the job was planned: run it again");
    }
    return real;
  }

  private static NoSuchFileException missing(Path path) {
    Path folder = path.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      throw new EnvironmentException(
          "%s is not visible to this worker, which is to read %s there: mount the folder where the fetcher has it"
              .formatted(folder, path.getFileName()));
    }
    return new NoSuchFileException(path.toString());
  }
}
