package dev.halcyon.services.common;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The folders below which local files may be read; what names a file is hostile until checked.
///
/// A file is below a root if its real path is. A link that leaves the roots is refused, save those
/// of a Hugging Face cache: a snapshot's files are links to the blobs of the same repository.
public final class LocalRoots {
  private static final String SNAPSHOTS = "snapshots";
  private static final String REPOSITORY = "models--";

  private final List<Path> roots;

  public LocalRoots(List<Path> roots) {
    this.roots = roots.stream().map(LocalRoots::real).toList();
  }

  /// All folders there are: for a process that reads what its own user names.
  public static LocalRoots everywhere() {
    return new LocalRoots(List.of(Path.of("/")));
  }

  /// The real folder (or file) that a request means.
  ///
  /// @throws BadInputException where there is none, or it is not below a root
  public Path resolve(String model) {
    Path path = path(model);
    if (!Files.exists(path)) {
      throw new BadInputException("no such folder: " + path);
    }
    return require(path);
  }

  /// The real path of a file or folder that is there.
  ///
  /// @throws BadInputException where it is not below a root
  public Path require(Path path) {
    Path real = real(path);
    if (!isBelowRoot(real) && !isCached(path, real)) {
      throw new BadInputException(refusal(path, real));
    }
    return real;
  }

  /// Checks what a folder's links lead to.
  ///
  /// @param depth of the folders that are looked through, 1 for the folder itself alone
  /// @param names of the files that are read
  /// @throws BadInputException where one of them is not below a root
  public void requireFiles(Path folder, int depth, Predicate<String> names) throws IOException {
    try (Stream<Path> files = Files.walk(folder, depth)) {
      for (Path file : files.filter(Files::isSymbolicLink).toList()) {
        if (names.test(file.getFileName().toString()) && Files.exists(file)) {
          var _ = require(file);
        }
      }
    }
  }

  private boolean isBelowRoot(Path real) {
    return roots.stream().anyMatch(real::startsWith);
  }

  private boolean isCached(Path link, Path real) {
    Path folder = real(link.toAbsolutePath().getParent());
    if (!isBelowRoot(folder)) {
      return false;
    }
    for (Path above = folder;
        above != null && above.getParent() != null;
        above = above.getParent()) {
      Path repository = above.getParent();
      if (above.endsWith(SNAPSHOTS)
          && repository.getFileName() != null
          && repository.getFileName().toString().startsWith(REPOSITORY)) {
        return real.startsWith(repository.resolve("blobs"));
      }
    }
    return false;
  }

  private String refusal(Path path, Path real) {
    return "%s%s is not below a folder that may be read (halcyon.fetcher.local-roots, for workers halcyon.local-roots: %s)"
        .formatted(
            path,
            real.equals(path) ? "" : ", which is " + real + ",",
            roots.isEmpty() ? "none" : roots);
  }

  private static Path path(String model) {
    try {
      return Path.of(model).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new BadInputException("not a folder name: " + model, e);
    }
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot resolve " + path + ": " + e.getMessage(), e);
    }
  }
}
