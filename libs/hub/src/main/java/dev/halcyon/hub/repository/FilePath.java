package dev.halcyon.hub.repository;

/// Paths of files in repositories, as servers list them.
public final class FilePath {
  private FilePath() {}

  /// Whether it stays below the repository's root on every machine: no way up, no root, no drive,
  /// nothing unprintable.
  public static boolean isSafe(String path) {
    return !path.isEmpty()
        && path.chars().noneMatch(c -> c < ' ' || c == 0x7f || c == '\\' || c == ':')
        && java.util.Arrays.stream(path.split("/", -1)).allMatch(FilePath::isSafePart);
  }

  private static boolean isSafePart(String part) {
    return !part.isEmpty() && !part.equals(".") && !part.equals("..");
  }
}
