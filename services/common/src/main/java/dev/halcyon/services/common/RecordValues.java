package dev.halcyon.services.common;

/// What every message's bytes must be before they are read as JSON.
public final class RecordValues {
  /// Bytes of a record's value, unpacked. No message is larger; a compressed record may unpack to a
  /// thousand times its size.
  public static final int LARGEST = 1 << 20;

  private RecordValues() {}

  /// The value.
  ///
  /// @throws RefusedRecordException where there is none, or it is too large
  public static byte[] require(byte[] value) {
    if (value == null) {
      throw new RefusedRecordException(
          DeadLetterReason.TOMBSTONE, "the record has no value; the topic takes JSON messages");
    }
    if (value.length > LARGEST) {
      throw new RefusedRecordException(
          DeadLetterReason.TOO_LARGE,
          "the record has %d bytes; a message has at most %d".formatted(value.length, LARGEST));
    }
    return value;
  }
}
