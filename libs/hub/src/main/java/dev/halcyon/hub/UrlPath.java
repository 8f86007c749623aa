package dev.halcyon.hub;

import java.nio.charset.StandardCharsets;

/// Percent-encodes parts of a URL's path, as the Hub's own client does.
final class UrlPath {
  private static final String UNRESERVED = "-._~";

  private UrlPath() {}

  /// A part in which a slash is a character like others.
  static String part(String text) {
    return encode(text, false);
  }

  /// Parts joined by slashes.
  static String parts(String text) {
    return encode(text, true);
  }

  private static String encode(String text, boolean keepSlash) {
    StringBuilder encoded = new StringBuilder(text.length());
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean alphanumeric =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (alphanumeric || UNRESERVED.indexOf(c) >= 0 || (keepSlash && c == '/')) {
        encoded.append(c);
      } else {
        encoded.append('%').append("%02X".formatted((int) c));
      }
    }
    return encoded.toString();
  }
}
