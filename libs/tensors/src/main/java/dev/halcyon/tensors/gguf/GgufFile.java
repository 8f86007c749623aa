package dev.halcyon.tensors.gguf;

import dev.halcyon.tensors.FileTensorBytes;
import dev.halcyon.tensors.InvalidCheckpointException;
import dev.halcyon.tensors.Printable;
import dev.halcyon.tensors.Shape;
import dev.halcyon.tensors.TensorBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The header of a GGUF file of version 2 or 3. Every count, length, offset and alignment is
/// checked before use, because files are untrusted.
///
/// @param path of the file
/// @param architecture as `llama`
/// @param tensors by name, in the order of the file
/// @param heads of queries and of keys, where they are the same in all layers; empty where the file
///   does not say them
/// @param fingerprint a digest of its name, size, modification time and header
public record GgufFile(
    Path path,
    String architecture,
    Map<String, GgufTensor> tensors,
    Optional<Heads> heads,
    String fingerprint) {
  private static final int MAGIC = 0x46554747;
  private static final long MOST_TENSORS = 1 << 17;
  private static final int LONGEST_NAME = 1 << 10;
  private static final int MOST_DIMENSIONS = 4;
  private static final long LARGEST_ALIGNMENT = 1 << 20;

  /// Heads of attention.
  ///
  /// @param queries heads of queries
  /// @param keys heads of keys and values
  public record Heads(long queries, long keys) {}

  /// Reads and checks a file's header.
  ///
  /// @throws InvalidCheckpointException where it is not a GGUF file, a damaged one, or one with
  ///   tensors of a type that is not read
  /// @throws IOException where it cannot be read
  public static GgufFile open(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      long modified = Files.getLastModifiedTime(path).to(TimeUnit.NANOSECONDS);
      return read(path, new FileTensorBytes(path, channel, 0, channel.size()), modified);
    }
  }

  static GgufFile read(Path path, TensorBytes file, long modified) throws IOException {
    MessageDigest digest = sha256();
    GgufCursor cursor = new GgufCursor(path.toString(), file, digest);
    requireKnown(cursor);
    long count = cursor.count("tensors", MOST_TENSORS);
    GgufMetadata metadata = GgufMetadata.read(cursor, GgufMetadata.fields(cursor));
    List<Entry> entries = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      entries.add(entry(cursor));
    }
    Map<String, GgufTensor> tensors =
        placed(cursor, entries, alignment(cursor, metadata), file.size());
    String architecture = metadata.text("general.architecture").orElse("");
    digest.update(path.getFileName().toString().getBytes(StandardCharsets.UTF_8));
    digest.update(
        ByteBuffer.allocate(2 * Long.BYTES).putLong(file.size()).putLong(modified).flip());
    return new GgufFile(
        path,
        architecture,
        tensors,
        heads(metadata, architecture),
        HexFormat.of().formatHex(digest.digest()));
  }

  private static void requireKnown(GgufCursor cursor) throws IOException {
    if (cursor.int32() != MAGIC) {
      throw cursor.problem("is not a GGUF file");
    }
    int version = cursor.int32();
    if ((version & 0xffff) == 0) {
      throw cursor.problem("is a big-endian GGUF file, which is not read");
    }
    if (version != 2 && version != 3) {
      throw cursor.problem("is a GGUF file of version " + version + "; versions 2 and 3 are read");
    }
  }

  private static long alignment(GgufCursor cursor, GgufMetadata metadata) {
    long alignment = metadata.number("general.alignment").orElse(GgufBytes.ALIGNMENT);
    if (alignment < 1 || alignment > LARGEST_ALIGNMENT || Long.bitCount(alignment) != 1) {
      throw cursor.problem("says an alignment of " + alignment + ", which is not a power of two");
    }
    return alignment;
  }

  /// What the header says of a tensor.
  private record Entry(String name, GgufType type, Shape shape, long offset) {
    long columns() {
      return shape.dimensions().getLast();
    }
  }

  private static Entry entry(GgufCursor cursor) throws IOException {
    String name = cursor.lengthAndText("name of a tensor", LONGEST_NAME);
    int rank = cursor.int32();
    if (rank < 1 || rank > MOST_DIMENSIONS) {
      throw problem(cursor, name, "has " + rank + " dimensions");
    }
    List<Long> dimensions = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      dimensions.addFirst(cursor.int64());
    }
    int type = cursor.int32();
    long offset = cursor.int64();
    return new Entry(name, type(cursor, name, type), shape(cursor, name, dimensions), offset);
  }

  private static GgufType type(GgufCursor cursor, String name, int number) {
    return GgufType.of(number)
        .orElseThrow(() ->
            problem(
                cursor,
                name,
                "is of GGML's type %d, which is not read; read are %s"
                    .formatted(number, GgufType.names())));
  }

  private static Shape shape(GgufCursor cursor, String name, List<Long> dimensions) {
    try {
      Shape shape = new Shape(dimensions);
      if (shape.elements() > 0) {
        return shape;
      }
    } catch (IllegalArgumentException e) {
      throw problem(cursor, name, e.getMessage());
    }
    throw problem(cursor, name, "has no elements: " + dimensions);
  }

  private static Map<String, GgufTensor> placed(
      GgufCursor cursor, List<Entry> entries, long alignment, long size) {
    long start = Math.ceilDiv(cursor.position(), alignment) * alignment;
    Map<String, GgufTensor> tensors = new LinkedHashMap<>();
    for (Entry entry : entries) {
      GgufTensor tensor = placed(cursor, entry, start, alignment, size);
      if (tensors.put(entry.name(), tensor) != null) {
        throw problem(cursor, entry.name(), "is there twice");
      }
    }
    requireDisjoint(cursor, tensors.values().stream().toList());
    return tensors;
  }

  private static GgufTensor placed(
      GgufCursor cursor, Entry entry, long start, long alignment, long size) {
    if (entry.columns() % entry.type().elements() != 0) {
      throw problem(
          cursor,
          entry.name(),
          "rows of %d are no blocks of %s".formatted(entry.columns(), entry.type()));
    }
    if (entry.offset() < 0 || entry.offset() % alignment != 0) {
      throw problem(
          cursor,
          entry.name(),
          "offset %s is not aligned to %d"
              .formatted(Long.toUnsignedString(entry.offset()), alignment));
    }
    long bytes = bytes(cursor, entry);
    if (start > size || entry.offset() > size - start || bytes > size - start - entry.offset()) {
      throw problem(cursor, entry.name(), "lies beyond the end of the file; is the file cut off?");
    }
    return new GgufTensor(entry.name(), entry.type(), entry.shape(), start + entry.offset(), bytes);
  }

  private static long bytes(GgufCursor cursor, Entry entry) {
    try {
      return Math.multiplyExact(
          entry.shape().elements() / entry.columns(), entry.type().rowBytes(entry.columns()));
    } catch (ArithmeticException e) {
      throw problem(cursor, entry.name(), "has more bytes than a long holds");
    }
  }

  private static void requireDisjoint(GgufCursor cursor, List<GgufTensor> tensors) {
    long end = 0;
    for (GgufTensor tensor :
        tensors.stream().sorted(Comparator.comparingLong(GgufTensor::offset)).toList()) {
      if (tensor.offset() < end) {
        throw problem(cursor, tensor.name(), "lies over another tensor");
      }
      end = tensor.offset() + tensor.bytes();
    }
  }

  private static Optional<Heads> heads(GgufMetadata metadata, String architecture) {
    long queries = metadata.number(architecture + ".attention.head_count").orElse(0);
    long keys = metadata.number(architecture + ".attention.head_count_kv").orElse(queries);
    return queries > 0 && keys > 0 ? Optional.of(new Heads(queries, keys)) : Optional.empty();
  }

  private static InvalidCheckpointException problem(
      GgufCursor cursor, String tensor, String problem) {
    return cursor.problem("tensor " + Printable.of(tensor) + " " + problem);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
