package dev.halcyon.tensors.gguf;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// The metadata of a GGUF file: short texts, whole numbers, and the number of a list in which all
/// are the same. All else is passed over.
final class GgufMetadata {
  private static final long MOST_FIELDS = 1 << 16;
  private static final long MOST_ELEMENTS = 1L << 28;
  private static final int LONGEST_KEY = 1 << 10;
  private static final int LONGEST_TEXT = 1 << 8;
  private static final long LONGEST_SKIPPED = 1L << 30;
  private static final int DEEPEST = 4;

  private static final int STRING = 8;
  private static final int ARRAY = 9;

  private final GgufCursor cursor;
  private final Map<String, String> texts = new HashMap<>();
  private final Map<String, Long> numbers = new HashMap<>();

  private GgufMetadata(GgufCursor cursor) {
    this.cursor = cursor;
  }

  /// Reads so many fields.
  static GgufMetadata read(GgufCursor cursor, long fields) throws IOException {
    GgufMetadata metadata = new GgufMetadata(cursor);
    for (long i = 0; i < fields; i++) {
      metadata.field();
    }
    return metadata;
  }

  static long fields(GgufCursor cursor) throws IOException {
    return cursor.count("fields of metadata", MOST_FIELDS);
  }

  Optional<String> text(String key) {
    return Optional.ofNullable(texts.get(key));
  }

  OptionalLong number(String key) {
    Long number = numbers.get(key);
    return number == null ? OptionalLong.empty() : OptionalLong.of(number);
  }

  private void field() throws IOException {
    String key = cursor.lengthAndText("key", LONGEST_KEY);
    int type = cursor.int32();
    switch (type) {
      case STRING -> keepText(key);
      case ARRAY -> array(key, DEEPEST);
      default -> numbers.put(key, scalar(type));
    }
  }

  /// Kept where it is short, as names are; a chat template is longer.
  private void keepText(String key) throws IOException {
    long length = cursor.count("bytes of the text " + key, LONGEST_SKIPPED);
    if (length <= LONGEST_TEXT) {
      texts.put(key, cursor.text("text " + key, (int) length));
    } else {
      cursor.skip(length);
    }
  }

  private void array(String key, int depth) throws IOException {
    if (depth == 0) {
      throw cursor.problem("has lists in lists in its metadata: " + key);
    }
    int type = cursor.int32();
    long length = cursor.count("elements of " + key, MOST_ELEMENTS);
    boolean same = true;
    long first = 0;
    for (long i = 0; i < length; i++) {
      switch (type) {
        case STRING -> cursor.skip(cursor.count("bytes of a text of " + key, LONGEST_SKIPPED));
        case ARRAY -> array(key, depth - 1);
        default -> {
          long number = scalar(type);
          same &= i == 0 || number == first;
          first = number;
        }
      }
    }
    if (same && length > 0 && type != STRING && type != ARRAY) {
      numbers.put(key, first);
    }
  }

  /// A whole number; the bits of one that is not.
  private long scalar(int type) throws IOException {
    return switch (type) {
      case 0 -> cursor.int8() & 0xff;
      case 1, 7 -> cursor.int8();
      case 2 -> int16() & 0xffff;
      case 3 -> (short) int16();
      case 4 -> Integer.toUnsignedLong(cursor.int32());
      case 5, 6 -> cursor.int32();
      case 10, 11, 12 -> cursor.int64();
      default -> throw cursor.problem("has metadata of the unknown type " + type);
    };
  }

  private int int16() throws IOException {
    int low = cursor.int8() & 0xff;
    return low | cursor.int8() << Byte.SIZE;
  }
}
