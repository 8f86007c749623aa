package dev.halcyon.services.fisher;

import dev.halcyon.contracts.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/// SHA-256 of content too large for an array, in lower-case hexadecimal.
final class ContentDigest {
  private static final long BLOCK = 1 << 20;

  private ContentDigest() {}

  static String of(MemorySegment content) {
    MessageDigest digest = Digest.sha256();
    for (long from = 0; from < content.byteSize(); from += BLOCK) {
      long size = Math.min(BLOCK, content.byteSize() - from);
      digest.update(content.asSlice(from, size).asByteBuffer());
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  static String of(Path file) throws IOException {
    MessageDigest digest = Digest.sha256();
    try (InputStream content = new DigestInputStream(Files.newInputStream(file), digest)) {
      content.transferTo(java.io.OutputStream.nullOutputStream());
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
