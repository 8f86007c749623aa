package dev.halcyon.analysis.fisher.diagonal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/// An entry of an archive and how much of it has been written.
final class ArchiveEntry {
  private final ZipEntryLayout layout;
  private final CRC32 checksum = new CRC32();
  private long written;

  ArchiveEntry(ZipEntryLayout layout) {
    this.layout = layout;
  }

  ZipEntryLayout layout() {
    return layout;
  }

  /// Checksum of what has been written.
  long crc() {
    return checksum.getValue();
  }

  /// Bytes that are still to come.
  long missing() {
    return layout.size() - written;
  }

  /// Counts the next bytes in.
  ///
  /// @return where in the file they belong
  long take(ByteBuffer bytes) {
    long position = layout.dataStart() + written;
    written += bytes.remaining();
    checksum.update(bytes);
    return position;
  }
}
