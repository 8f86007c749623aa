package dev.halcyon.tensors;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The small text that a Git clone without LFS holds in place of a large file
/// (<https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md>).
final class GitLfsPointer {
  private static final byte[] FIRST = "version ".getBytes(StandardCharsets.US_ASCII);

  private GitLfsPointer() {}

  /// Whether the file's first eight bytes are a pointer's; no header is as long as they would say.
  static boolean isBeginningOf(byte[] prefix) {
    return Arrays.equals(prefix, FIRST);
  }
}
