package dev.halcyon.tensors;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

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
      return "is a link to a file that is not there: is the download complete?";
    }
    return "no such file";
  }
}
