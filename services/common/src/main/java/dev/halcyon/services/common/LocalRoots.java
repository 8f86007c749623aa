package dev.halcyon.services.fetcher;

import dev.halcyon.services.common.BadInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The folders below which a request may name local models; a request is hostile until checked.
final class LocalRoots {
  private final List<Path> roots;

  LocalRoots(List<Path> roots) {
    this.roots = roots.stream().map(LocalRoots::real).toList();
  }

  /// The real folder (or file) that a request means.
  ///
  /// @throws BadInputException where there is none, or it is not below a root
  Path resolve(String model) {
    Path path = path(model);
    if (!Files.exists(path)) {
      throw new BadInputException("no such folder: " + path);
    }
    Path real = real(path);
    if (roots.stream().noneMatch(real::startsWith)) {
      throw new BadInputException(
          "%s is not below a folder that requests may name (halcyon.fetcher.local-roots: %s)"
              .formatted(path, roots.isEmpty() ? "none" : roots));
    }
    return real;
  }

  private static Path path(String model) {
    try {
      return Path.of(model).toAbsolutePath().normalize();
    } catch (java.nio.file.InvalidPathException e) {
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
