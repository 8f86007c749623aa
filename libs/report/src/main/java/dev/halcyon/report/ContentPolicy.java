package dev.halcyon.report;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Collectors;

/// The page's content security policy: its own scripts and style, by their digests, and nothing
/// else from anywhere.
final class ContentPolicy {
  private ContentPolicy() {}

  static String of(String style, String... scripts) {
    return "default-src 'none'; style-src %s; script-src %s; img-src data:; base-uri 'none'; form-action 'none'"
        .formatted(
            source(style),
            Arrays.stream(scripts).map(ContentPolicy::source).collect(Collectors.joining(" ")));
  }

  private static String source(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
