package dev.halcyon.services.plotter;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The bytes of a file that a request asks for by its `Range` header (RFC 9110, section 14).
///
/// @param offset of the first byte
/// @param length in bytes
record RequestedRange(long offset, long length) {
  private static final Pattern ONE_RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  /// What a header asks for. A header that is not one range of bytes asks for all of them, as the
  /// RFC lets a server decide.
  ///
  /// @param size of the file
  /// @return empty where no byte of the file is in the range
  static Optional<RequestedRange> of(String header, long size) {
    Matcher range = ONE_RANGE.matcher(header == null ? "" : header.strip());
    if (!range.matches() || header.strip().equals("bytes=-")) {
      return Optional.of(new RequestedRange(0, size));
    }
    return range.group(1).isEmpty()
        ? last(Long.parseLong(range.group(2)), size)
        : from(Long.parseLong(range.group(1)), range.group(2), size);
  }

  private static Optional<RequestedRange> last(long count, long size) {
    long length = Math.min(count, size);
    return length == 0 ? Optional.empty() : Optional.of(new RequestedRange(size - length, length));
  }

  private static Optional<RequestedRange> from(long first, String lastByte, long size) {
    if (!lastByte.isEmpty() && Long.parseLong(lastByte) < first) {
      return Optional.of(new RequestedRange(0, size));
    }
    long end = lastByte.isEmpty() ? size : Math.min(size, Long.parseLong(lastByte) + 1);
    return first >= size ? Optional.empty() : Optional.of(new RequestedRange(first, end - first));
  }

  boolean isWhole(long size) {
    return length == size;
  }

  /// The value of a `Content-Range` header.
  String contentRange(long size) {
    return "bytes %d-%d/%d".formatted(offset, offset + length - 1, size);
  }
}
