package dev.halcyon.objectstore;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Opens the store that a location names:
///
/// | location | store |
/// |---|---|
/// | `/dir`, `dir`, `file:///dir` | files in that folder |
/// | `s3://bucket`, `s3://bucket/folder` | objects in a bucket |
/// | `memory:` | a new store in this process |
public final class ObjectStores {
  private static final Pattern SCHEME = Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]+):.*");
  private static final Pattern S3 = Pattern.compile("s3://([^/]+)(?:/(.*?))?/*");

  private ObjectStores() {}

  /// Opens a store; one in S3 by what [S3Access#fromEnvironment] finds in `environment`.
  public static ObjectStore open(String location, Map<String, String> environment) {
    return switch (scheme(location)) {
      case "" -> new DirectoryObjectStore(Path.of(location));
      case "file" -> new DirectoryObjectStore(path(location));
      case "memory" -> new MemoryObjectStore();
      case "s3" -> new S3ObjectStore(settings(location, environment));
      default -> throw unknown(location);
    };
  }

  private static String scheme(String location) {
    if (location == null || location.isBlank()) {
      throw unknown(location);
    }
    Matcher matcher = SCHEME.matcher(location);
    return matcher.matches() ? matcher.group(1) : "";
  }

  private static Path path(String location) {
    try {
      return Path.of(URI.create(location));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'%s' is not a folder, write it as file:///folder: %s"
              .formatted(location, e.getMessage()),
          e);
    }
  }

  private static S3Settings settings(String location, Map<String, String> environment) {
    Matcher matcher = S3.matcher(location);
    if (!matcher.matches()) {
      throw unknown(location);
    }
    String folder = matcher.group(2) == null ? "" : matcher.group(2);
    return new S3Settings(S3Access.fromEnvironment(environment), matcher.group(1), folder);
  }

  private static IllegalArgumentException unknown(String location) {
    return new IllegalArgumentException(
        "'%s' is not an object store: use a folder, file:///folder, s3://bucket[/folder] or memory:"
            .formatted(location));
  }
}
