package dev.halcyon.hub;

import dev.halcyon.hub.HubException.Reason;
import dev.halcyon.hub.repository.HubFile;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Holds a whole file against the SHA-256 that the Hub lists for it, as its bytes pass.
final class FileDigest {
  private final HubFile file;
  private final MessageDigest digest;

  FileDigest(HubFile file) {
    this.file = file;
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /// A consumer that adds each chunk to the digest before it hands it on.
  ChunkConsumer before(ChunkConsumer next) {
    return (position, chunk) -> {
      add(chunk);
      next.accept(position, chunk);
    };
  }

  void add(MemorySegment bytes) {
    digest.update(bytes.asByteBuffer());
  }

  /// Holds what was added against the listing.
  ///
  /// @throws HubException where the bytes are not those that the Hub lists
  void check() throws HubException {
    String actual = HexFormat.of().formatHex(digest.digest());
    if (file.sha256().isPresent() && !file.sha256().get().equals(actual)) {
      throw new HubException(
          Reason.INTEGRITY,
          "["
              + file
              + "] came with SHA-256 "
              + actual
              + ", the Hub lists "
              + file.sha256().get()
              + ": try again; if it stays, the repository is damaged");
    }
  }
}
