package dev.halcyon.analysis.fisher.diagonal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The end of a zip file (PKWARE's APPNOTE 6.3, sections 4.3.14 to 4.3.16), with zip64 records
/// where the classical one's fields do not suffice.
///
/// @param entries in the directory
/// @param start where the directory begins
/// @param size of the directory in bytes
record ZipDirectoryEnd(long entries, long start, long size) {
  private static final int END = 0x0605_4b50;
  private static final int END64 = 0x0606_4b50;
  private static final int LOCATOR64 = 0x0706_4b50;
  private static final int END_BYTES = 22;
  private static final int END64_BYTES = 56;
  private static final int LOCATOR64_BYTES = 20;
  private static final int END64_LEADING = 12;
  private static final short VERSION_ZIP64 = 45;
  private static final int ENTRIES_LIMIT = 0xFFFF;

  byte[] bytes() {
    int zip64 = needsZip64() ? END64_BYTES + LOCATOR64_BYTES : 0;
    ByteBuffer end = ByteBuffer.allocate(zip64 + END_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    if (needsZip64()) {
      putZip64(end);
    }
    short shownEntries = (short) Math.min(entries, ENTRIES_LIMIT);
    end.putInt(END).putInt(0).putShort(shownEntries).putShort(shownEntries);
    end.putInt((int) Math.min(size, ZipEntryLayout.LIMIT));
    end.putInt((int) Math.min(start, ZipEntryLayout.LIMIT));
    return end.putShort((short) 0).array();
  }

  private void putZip64(ByteBuffer end) {
    end.putInt(END64).putLong(END64_BYTES - END64_LEADING);
    end.putShort(VERSION_ZIP64).putShort(VERSION_ZIP64).putInt(0).putInt(0);
    end.putLong(entries).putLong(entries).putLong(size).putLong(start);
    end.putInt(LOCATOR64).putInt(0).putLong(start + size).putInt(1);
  }

  private boolean needsZip64() {
    return entries >= ENTRIES_LIMIT
        || start >= ZipEntryLayout.LIMIT
        || size >= ZipEntryLayout.LIMIT;
  }
}
