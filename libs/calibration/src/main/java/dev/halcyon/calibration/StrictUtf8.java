package dev.halcyon.calibration;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// Decodes UTF-8 and says where it is none, instead of putting replacement characters into a
/// sample.
final class StrictUtf8 {
  private static final int BYTE_ORDER_MARK = 0xFEFF;

  private StrictUtf8() {}

  /// The text of these bytes.
  ///
  /// @param where named in the error
  /// @throws CalibrationException where the bytes are not UTF-8 or hold a zero
  static String decode(byte[] bytes, String where) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(in, out, true);
    if (result.isError()) {
      throw new CalibrationException(
          where,
          "not UTF-8: byte 0x%02X at offset %d; save the file as UTF-8"
              .formatted(bytes[in.position()] & 0xFF, in.position()));
    }
    String text = out.flip().toString();
    if (text.indexOf('\0') >= 0) {
      throw new CalibrationException(
          where, "holds a zero byte: is it UTF-16 or binary? Save the file as UTF-8");
    }
    return text;
  }

  /// The text without the mark that some editors put at a file's beginning.
  static String withoutByteOrderMark(String text) {
    return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
  }
}
