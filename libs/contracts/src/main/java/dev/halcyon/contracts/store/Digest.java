package dev.halcyon.contracts.store;

import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// SHA-256 in lower-case hexadecimal.
public final class Digest {
  private static final long BLOCK = 1 << 20;

  private Digest() {}

  public static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  /// The digest of content that is too large for an array.
  public static String sha256(MemorySegment content) {
    MessageDigest digest = sha256();
    update(digest, content);
    return hex(digest);
  }

  /// A digest to update in steps.
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /// Updates a digest with the next bytes.
  public static void update(MessageDigest digest, MemorySegment content) {
    for (long from = 0; from < content.byteSize(); from += BLOCK) {
      long size = Math.min(BLOCK, content.byteSize() - from);
      digest.update(content.asSlice(from, size).asByteBuffer());
    }
  }

  /// The value of a digest.
  public static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }
}
