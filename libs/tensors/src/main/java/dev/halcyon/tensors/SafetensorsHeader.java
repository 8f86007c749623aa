package dev.halcyon.tensors;

import static java.util.Objects.requireNonNull;

import dev.halcyon.json.WrongContent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a safetensors file says of itself: eight bytes of length, that many bytes of JSON, then the
/// tensors' bytes without a gap (<https://github.com/huggingface/safetensors#format>).
///
/// Parsing is pure, so that a header from a server is checked by the same rules as a local file. A
/// header that parses covers the file exactly. Refused are all that the reference implementation
/// 0.8 refuses, and beyond that: white space before the opening brace, tensors named twice, without
/// a name, with control characters in it or with more than [#MAX_NAME_LENGTH] characters, fields of
/// a tensor that the format does not know, more than [#MAX_RANK] dimensions, and more than
/// [#MAX_TOKENS] JSON tokens.
public final class SafetensorsHeader {
  /// Longest header, in bytes; the reference implementation's limit too.
  public static final int MAX_LENGTH = 100_000_000;

  /// Most dimensions of a tensor.
  public static final int MAX_RANK = 64;

  /// Most characters of a tensor's name.
  public static final int MAX_NAME_LENGTH = 1000;

  /// Most JSON tokens, about 250,000 tensors: bounds what a hostile header takes in memory.
  public static final int MAX_TOKENS = 4_000_000;

  /// Bytes before the JSON, which hold its length.
  public static final int PREFIX_BYTES = 8;

  private final int length;
  private final Map<String, Entry> entries;
  private final Map<String, String> metadata;

  private SafetensorsHeader(int length, Map<String, Entry> entries, Map<String, String> metadata) {
    this.length = length;
    this.entries = entries;
    this.metadata = metadata;
  }

  /// One tensor as the header describes it.
  ///
  /// @param begin first byte, counted from the end of the header
  /// @param end byte after the last, counted likewise
  public record Entry(DType dtype, Shape shape, long begin, long end) {
    public Entry {
      requireNonNull(dtype, "dtype is null");
      requireNonNull(shape, "shape is null");
    }

    public long bytes() {
      return end - begin;
    }
  }

  /// The length of the JSON, checked before anything is allocated for it.
  ///
  /// @param source names the file in errors
  /// @param prefix the file's first eight bytes
  /// @param fileSize of the whole file, in bytes
  /// @throws InvalidCheckpointException where it is over [#MAX_LENGTH] or past the end of the file
  public static int headerLength(String source, byte[] prefix, long fileSize) {
    if (prefix.length != PREFIX_BYTES || fileSize < PREFIX_BYTES) {
      throw new InvalidCheckpointException(
          source,
          WrongContent.of(prefix)
              .orElse("has " + fileSize + " bytes: too short for a safetensors file"));
    }
    long length = ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 0 || length > MAX_LENGTH) {
      // No header is as long as the first letters of a text would say.
      WrongContent.of(prefix)
          .ifPresent(problem -> {
            throw new InvalidCheckpointException(source, problem);
          });
      throw new InvalidCheckpointException(
          source,
          "header of "
              + Long.toUnsignedString(length)
              + " bytes at offset 0, at most "
              + MAX_LENGTH
              + " are allowed: not a safetensors file, or a damaged one");
    }
    if (length > fileSize - PREFIX_BYTES) {
      throw new InvalidCheckpointException(
          source,
          "header of "
              + length
              + " bytes at offset 0 ends past the end of the file of "
              + fileSize
              + " bytes: truncated");
    }
    return (int) length;
  }

  /// The header of a file.
  ///
  /// @param source names the file in errors
  /// @param json the header's bytes, without the eight before them
  /// @param fileSize of the whole file, in bytes
  /// @throws InvalidCheckpointException where it breaks a rule of the format
  public static SafetensorsHeader parse(String source, byte[] json, long fileSize) {
    if (json.length > MAX_LENGTH || json.length > fileSize - PREFIX_BYTES) {
      throw new IllegalArgumentException(
          "[" + source + "] no header of " + json.length + " bytes in " + fileSize + " bytes");
    }
    HeaderParser parser = new HeaderParser(source, json);
    parser.parse();
    SafetensorsHeader header =
        new SafetensorsHeader(json.length, inFileOrder(parser.entries()), parser.metadata());
    Coverage.check(source, header, fileSize);
    return header;
  }

  /// Tensors by name, in the order of their bytes.
  public Map<String, Entry> entries() {
    return entries;
  }

  /// Free text of the writer; empty where there is none.
  public Map<String, String> metadata() {
    return metadata;
  }

  /// Offset in the file of the first tensor's first byte.
  public long dataStart() {
    return (long) PREFIX_BYTES + length;
  }

  /// Offset in the file of the tensor's first byte.
  public long offset(Entry entry) {
    return absolute(length, entry.begin());
  }

  /// The offset in the file of a byte after a header of that length; stays at the largest `long`
  /// where a damaged header asks for more.
  static long absolute(int length, long relative) {
    long start = (long) PREFIX_BYTES + length;
    return start + Math.min(relative, Long.MAX_VALUE - start);
  }

  private static Map<String, Entry> inFileOrder(Map<String, Entry> parsed) {
    List<Map.Entry<String, Entry>> sorted =
        parsed.entrySet().stream()
            .sorted(
                Map.Entry.comparingByValue(
                    Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end)))
            .toList();
    Map<String, Entry> ordered = LinkedHashMap.newLinkedHashMap(sorted.size());
    sorted.forEach(entry -> ordered.put(entry.getKey(), entry.getValue()));
    return Collections.unmodifiableMap(ordered);
  }
}
