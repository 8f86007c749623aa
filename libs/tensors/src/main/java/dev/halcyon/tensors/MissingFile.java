package dev.halcyon.tensors;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/// Says what is in the place of a file that should be there.
final class MissingFile {
  private MissingFile() {}

  static String describe(Path path) {
    if (Files.isDirectory(path)) {
      return "is a folder, not a file";
    }
    if (Files.exists(path)) {
      return "is not a regular file";
    }
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return blob(path)
          .map(blob ->
              "is a link to the blob "
                  + blob
                  + " of the Hugging Face cache, which is not there: the download was not finished,"
                  + " or the blob was removed; download the model again")
          .orElse("is a link to a file that is not there: is the download complete?");
    }
    return "no such file";
  }

  /// Whether the path is a link to nothing.
  static boolean isBrokenLink(Path path) {
    return Files.isSymbolicLink(path) && !Files.exists(path);
  }

  /// The file in the cache's folder `blobs` that a link is meant for.
  private static Optional<String> blob(Path link) {
    try {
      Path target = Files.readSymbolicLink(link);
      boolean inCache =
          target.getNameCount() >= 2
              && target.getName(target.getNameCount() - 2).toString().equals("blobs");
      return inCache
          ? Optional.of(Printable.of(target.getFileName().toString()))
          : Optional.empty();
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }
}
