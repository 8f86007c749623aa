package dev.halcyon.tensors;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

/// SHA-256 over files; every part goes in with its length before it, so that no two lists of parts
/// give the same bytes.
public final class Fingerprint {
  private final MessageDigest digest = sha256();

  /// Adds a file's name, size, modification time and header.
  public void add(SafetensorsFile file) {
    addBytes(file.path().getFileName().toString().getBytes(StandardCharsets.UTF_8));
    addNumber(file.size());
    addNumber(file.lastModified().to(TimeUnit.NANOSECONDS));
    addBytes(file.headerDigest());
  }

  /// Adds a file by its content.
  public void add(String name, byte[] content) {
    addBytes(name.getBytes(StandardCharsets.UTF_8));
    addBytes(content);
  }

  /// The digest of all that was added, as 64 hexadecimal digits.
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }

  private void addBytes(byte[] bytes) {
    addNumber(bytes.length);
    digest.update(bytes);
  }

  private void addNumber(long number) {
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, number));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
