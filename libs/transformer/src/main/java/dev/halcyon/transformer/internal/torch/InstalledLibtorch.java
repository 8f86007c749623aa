package dev.halcyon.transformer.internal.torch;

import ai.djl.util.Utils;
import dev.halcyon.transformer.DeviceUnavailableException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An installed libtorch that takes the place of the packaged one, as `PYTORCH_LIBRARY_PATH` names
/// it: the way to CUDA.
///
/// DJL loads whatever lies there, and with another version than its bridge was built for returns
/// wrong element types without any error. It also takes the bridge for the host unless
/// `PYTORCH_FLAVOR` names the other one.
///
/// @param folder that holds the libraries
record InstalledLibtorch(Path folder) {
  private static final Pattern VERSION = Pattern.compile("(\\d+\\.\\d+\\.\\d+)");

  private static final String FLAVOR = "PYTORCH_FLAVOR";
  private static final String HOST = "cpu";

  /// The only one that DJL's bridge of this version has beside the host's.
  private static final String CUDA = "cu128";

  /// What the environment or the system property names.
  static Optional<InstalledLibtorch> named() {
    String folders = Utils.getEnvOrSystemProperty("PYTORCH_LIBRARY_PATH");
    return folders == null || folders.isBlank() ? Optional.empty() : Optional.of(first(folders));
  }

  private static InstalledLibtorch first(String folders) {
    int end = folders.indexOf(File.pathSeparatorChar);
    Path first = Path.of(end < 0 ? folders : folders.substring(0, end)).toAbsolutePath();
    return new InstalledLibtorch(Files.isRegularFile(first) ? first.getParent() : first);
  }

  /// Lets DJL load it, which is to be called before anything else of DJL is.
  ///
  /// @throws DeviceUnavailableException where there is no library, another version than the
  ///   bridge's, or unknown
  void use() {
    requireVersion(bridge());
    if (Utils.getEnvOrSystemProperty(FLAVOR) == null) {
      System.setProperty(FLAVOR, flavor());
    }
  }

  /// The bridge that goes with it.
  String flavor() {
    return Files.exists(folder.resolve(System.mapLibraryName("torch_cuda"))) ? CUDA : HOST;
  }

  void requireVersion(String expected) {
    if (!Files.isRegularFile(folder.resolve(System.mapLibraryName("torch")))) {
      throw problem("holds no " + System.mapLibraryName("torch"), expected);
    }
    String found =
        version()
            .orElseThrow(() ->
                problem(
                    "does not tell its libtorch version (no build-version, ../build-version or"
                        + " ../version.py)",
                    expected));
    if (!found.equals(expected)) {
      throw problem("holds libtorch " + found, expected);
    }
  }

  private DeviceUnavailableException problem(String what, String expected) {
    return new DeviceUnavailableException(
        "["
            + folder
            + "] "
            + what
            + ": point PYTORCH_LIBRARY_PATH at libtorch "
            + expected
            + ", the only one that works here");
  }

  /// The version that the libtorch archive or the Python package around the folder tells.
  private Optional<String> version() {
    return List.of("build-version", "../build-version", "../version.py").stream()
        .map(folder::resolve)
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

  /// The libtorch version that DJL's bridge on the class path was built for.
  private static String bridge() {
    Properties properties = new Properties();
    try (InputStream file =
        InstalledLibtorch.class.getResourceAsStream("/jnilib/pytorch.properties")) {
      if (file == null) {
        throw new DeviceUnavailableException("DJL's bridge to PyTorch is not on the class path");
      }
      properties.load(file);
    } catch (IOException e) {
      throw new DeviceUnavailableException("DJL's bridge to PyTorch cannot be read", e);
    }
    String version = properties.getProperty("jni_version", "");
    return version.substring(0, Math.max(0, version.indexOf('-')));
  }
}
