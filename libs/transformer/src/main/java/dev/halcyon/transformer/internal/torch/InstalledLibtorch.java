package dev.halcyon.transformer.internal.torch;

import ai.djl.util.Utils;
import dev.halcyon.transformer.DeviceUnavailableException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Checks an installed libtorch that takes the place of the packaged one.
///
/// DJL loads whatever lies in `PYTORCH_LIBRARY_PATH`, and with another version than its bridge was
/// built for returns wrong element types without any error.
final class LibtorchVersion {
  private static final Pattern VERSION = Pattern.compile("(\\d+\\.\\d+\\.\\d+)");

  private LibtorchVersion() {}

  /// @param expected version the bridge was built for
  /// @throws DeviceUnavailableException where another version is installed, or none can be told
  static void check(String expected) {
    String folders = Utils.getEnvOrSystemProperty("PYTORCH_LIBRARY_PATH");
    if (folders != null && !folders.isBlank()) {
      check(folders, expected);
    }
  }

  static void check(String folders, String expected) {
    int end = folders.indexOf(File.pathSeparatorChar);
    Path folder = Path.of(end < 0 ? folders : folders.substring(0, end));
    String found =
        installed(folder)
            .orElseThrow(() ->
                new DeviceUnavailableException(
                    "["
                        + folder
                        + "] does not tell its libtorch version (no build-version, ../build-version"
                        + " or ../version.py): point PYTORCH_LIBRARY_PATH at libtorch "
                        + expected));
    if (!found.equals(expected)) {
      throw new DeviceUnavailableException(
          "[" + folder + "] holds libtorch " + found + ", and only " + expected + " works here");
    }
  }

  /// The version that the libtorch archive or the Python package around the folder tells.
  private static Optional<String> installed(Path folder) {
    Path file = Files.isRegularFile(folder) ? folder.toAbsolutePath().getParent() : folder;
    return List.of("build-version", "../build-version", "../version.py").stream()
        .map(file::resolve)
        .filter(Files::isRegularFile)
        .flatMap(path -> version(path).stream())
        .findFirst();
  }

  private static Optional<String> version(Path path) {
    try {
      Matcher version = VERSION.matcher(Files.readString(path));
      return version.find() ? Optional.of(version.group(1)) : Optional.empty();
    } catch (IOException e) {
      throw new DeviceUnavailableException("[" + path + "] cannot be read", e);
    }
  }
}
