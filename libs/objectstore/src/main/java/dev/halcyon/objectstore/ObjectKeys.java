package dev.halcyon.objectstore;

import java.util.Arrays;
import java.util.regex.Pattern;

/// The rules of keys, the same for every backend.
public final class ObjectKeys {
  private static final int LONGEST_KEY = 800;
  private static final int LONGEST_SEGMENT = 255;
  private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9._=-]+");
  private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._=/-]*");

  private ObjectKeys() {}

  static String requireKey(String key) {
    if (key == null || key.length() > LONGEST_KEY) {
      throw new IllegalArgumentException(
          "object key '%s' is null or longer than %d characters".formatted(key, LONGEST_KEY));
    }
    for (String segment : key.split("/", -1)) {
      if (!isSegment(segment)) {
        throw new IllegalArgumentException(
            "object key '%s' has the segment '%s': a segment is 1 to %d of A-Z a-z 0-9 . _ = - and neither . nor .."
                .formatted(key, segment, LONGEST_SEGMENT));
      }
    }
    return key;
  }

  static String requirePrefix(String prefix) {
    if (prefix == null
        || !PREFIX.matcher(prefix).matches()
        || prefix.startsWith("/")
        || prefix.contains("//")
        || "/%s/".formatted(folderOf(prefix)).matches(".*/\\.{1,2}/.*")) {
      throw new IllegalArgumentException("'%s' is not a prefix of keys".formatted(prefix));
    }
    return prefix;
  }

  static boolean isKey(String text) {
    return text.length() <= LONGEST_KEY
        && Arrays.stream(text.split("/", -1)).allMatch(ObjectKeys::isSegment);
  }

  /// Whether a key may have a segment of that name.
  public static boolean isSegment(String name) {
    return name.length() <= LONGEST_SEGMENT
        && SEGMENT.matcher(name).matches()
        && !name.equals(".")
        && !name.equals("..");
  }

  /// The text before the last `/`, empty where there is none.
  static String folderOf(String keyOrPrefix) {
    return keyOrPrefix.substring(0, Math.max(0, keyOrPrefix.lastIndexOf('/')));
  }
}
