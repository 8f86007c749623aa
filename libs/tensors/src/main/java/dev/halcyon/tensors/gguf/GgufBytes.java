package dev.halcyon.tensors.gguf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A small GGUF file, version 3, put together in memory: metadata and float32 tensors, in the order
/// in which they are added.
public final class GgufBytes {
  static final int VERSION = 3;
  static final int ALIGNMENT = 32;

  private static final int TYPE_UINT32 = 4;
  private static final int TYPE_STRING = 8;
  private static final int TYPE_ARRAY = 9;
  private static final int TENSOR_F32 = 0;

  private final ByteArrayOutputStream metadata = new ByteArrayOutputStream();
  private final ByteArrayOutputStream infos = new ByteArrayOutputStream();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();
  private long fields;
  private long tensors;

  /// Adds a text to the metadata.
  public void string(String key, String value) {
    field(key, TYPE_STRING);
    text(metadata, value);
  }

  /// Adds a list of texts to the metadata.
  public void strings(String key, List<String> values) {
    field(key, TYPE_ARRAY);
    int32(metadata, TYPE_STRING);
    int64(metadata, values.size());
    values.forEach(value -> text(metadata, value));
  }

  /// Adds a number to the metadata.
  public void uint32(String key, int value) {
    field(key, TYPE_UINT32);
    int32(metadata, value);
  }

  /// Adds a float32 matrix.
  ///
  /// @param values row-major
  /// @throws IllegalArgumentException where there are not as many values as its shape has
  public void tensor(String name, float[] values, int columns, int rows) {
    if (values.length != Math.multiplyExact(columns, rows)) {
      throw new IllegalArgumentException(
          "%d values for %dx%d of %s".formatted(values.length, rows, columns, name));
    }
    text(infos, name);
    int32(infos, 2);
    int64(infos, columns);
    int64(infos, rows);
    int32(infos, TENSOR_F32);
    int64(infos, data.size());
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    data.writeBytes(bytes.array());
    pad(data);
    tensors++;
  }

  /// The whole file.
  public byte[] bytes() {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
    int32(file, VERSION);
    int64(file, tensors);
    int64(file, fields);
    file.writeBytes(metadata.toByteArray());
    file.writeBytes(infos.toByteArray());
    pad(file);
    file.writeBytes(data.toByteArray());
    return file.toByteArray();
  }

  private void field(String key, int type) {
    text(metadata, key);
    int32(metadata, type);
    fields++;
  }

  private static void pad(ByteArrayOutputStream out) {
    out.writeBytes(new byte[Math.floorMod(-out.size(), ALIGNMENT)]);
  }

  private static void text(ByteArrayOutputStream out, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    int64(out, utf8.length);
    out.writeBytes(utf8);
  }

  private static void int32(ByteArrayOutputStream out, int value) {
    out.writeBytes(buffer(Integer.BYTES).putInt(value).array());
  }

  private static void int64(ByteArrayOutputStream out, long value) {
    out.writeBytes(buffer(Long.BYTES).putLong(value).array());
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
