package dev.halcyon.analysis.fisher.diagonal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// An uncompressed entry of a zip file whose size is known before its content (PKWARE's APPNOTE
/// 6.3, sections 4.3.7, 4.3.12 and 4.5.3).
///
/// Its data begins at a multiple of 64 bytes, as in files that torch writes, so that they can be
/// mapped; the gap is an extra field. Sizes and offsets of 4 GiB and more take zip64 fields.
///
/// @param name of the entry, ASCII
/// @param headerStart where its local header begins
/// @param size of its data in bytes
record ZipEntryLayout(String name, long headerStart, long size) {
  static final int ALIGNMENT = 64;
  static final long LIMIT = 0xFFFF_FFFFL;

  /// The first of January 1980, which zip counts from.
  private static final int DATE = 0x0021;

  private static final int LOCAL_HEADER = 0x0403_4b50;
  private static final int CENTRAL_HEADER = 0x0201_4b50;
  private static final int LOCAL_FIXED = 30;
  private static final int CENTRAL_FIXED = 46;
  private static final int EXTRA_FIXED = 4;
  private static final int ZIP64_EXTRA = 0x0001;
  private static final int PADDING_EXTRA = 'F' | ('B' << 8);
  private static final int VERSION = 20;
  private static final int VERSION_ZIP64 = 45;

  /// Where its data begins.
  long dataStart() {
    long withoutGap = headerStart + LOCAL_FIXED + name.length() + localZip64() + EXTRA_FIXED;
    return Math.ceilDiv(withoutGap, ALIGNMENT) * ALIGNMENT;
  }

  long dataEnd() {
    return dataStart() + size;
  }

  /// The header before its data.
  byte[] localHeader(long crc) {
    byte[] bytes = new byte[Math.toIntExact(dataStart() - headerStart)];
    ByteBuffer header = littleEndian(bytes);
    header.putInt(LOCAL_HEADER);
    putCommon(header, crc);
    int extra = bytes.length - LOCAL_FIXED - name.length();
    header.putShort((short) extra).put(ascii());
    if (large()) {
      header.putShort((short) ZIP64_EXTRA).putShort((short) (2 * Long.BYTES));
      header.putLong(size).putLong(size);
    }
    header.putShort((short) PADDING_EXTRA);
    header.putShort((short) (extra - localZip64() - EXTRA_FIXED));
    Arrays.fill(bytes, header.position(), bytes.length, (byte) 'Z');
    return bytes;
  }

  /// Its line in the directory at the end of the file.
  byte[] centralHeader(long crc) {
    int extra = centralZip64();
    byte[] bytes = new byte[CENTRAL_FIXED + name.length() + extra];
    ByteBuffer header = littleEndian(bytes);
    header.putInt(CENTRAL_HEADER).putShort((short) version());
    putCommon(header, crc);
    header.putShort((short) extra);
    header.putShort((short) 0).putShort((short) 0).putShort((short) 0).putInt(0);
    header.putInt((int) Math.min(headerStart, LIMIT)).put(ascii());
    if (extra > 0) {
      header.putShort((short) ZIP64_EXTRA).putShort((short) (extra - EXTRA_FIXED));
    }
    if (large()) {
      header.putLong(size).putLong(size);
    }
    if (far()) {
      header.putLong(headerStart);
    }
    return bytes;
  }

  /// What local and central header share: from the version needed to the name's length.
  private void putCommon(ByteBuffer header, long crc) {
    int shownSize = (int) Math.min(size, LIMIT);
    header.putShort((short) version()).putShort((short) 0).putShort((short) 0);
    header.putShort((short) 0).putShort((short) DATE);
    header.putInt((int) crc).putInt(shownSize).putInt(shownSize);
    header.putShort((short) name.length());
  }

  private boolean large() {
    return size >= LIMIT;
  }

  private boolean far() {
    return headerStart >= LIMIT;
  }

  private int version() {
    return large() || far() ? VERSION_ZIP64 : VERSION;
  }

  private int localZip64() {
    return large() ? EXTRA_FIXED + 2 * Long.BYTES : 0;
  }

  private int centralZip64() {
    int numbers = (large() ? 2 : 0) + (far() ? 1 : 0);
    return numbers == 0 ? 0 : EXTRA_FIXED + numbers * Long.BYTES;
  }

  private byte[] ascii() {
    return name.getBytes(StandardCharsets.US_ASCII);
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
