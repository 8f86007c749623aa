package dev.halcyon.tensors;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.halcyon.tensors.SafetensorsHeader.Entry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;

/// Writes a header: its length, its JSON, and spaces that bring the tensors to a multiple of eight.
final class HeaderJson {
  static final String METADATA = "__metadata__";
  private static final int ALIGNMENT = 8;

  /// Writes every character as itself, as the reference implementation does.
  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder().enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8).build();

  private HeaderJson() {}

  /// The JSON, padded, without the length before it.
  static byte[] of(Map<String, Entry> entries, Map<String, String> metadata) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(bytes, JsonEncoding.UTF8)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        writeMetadata(json, metadata);
      }
      for (Map.Entry<String, Entry> entry : entries.entrySet()) {
        writeEntry(json, entry.getKey(), entry.getValue());
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return padded(bytes.toByteArray());
  }

  /// The eight bytes before the JSON.
  static byte[] prefix(int length) {
    return ByteBuffer.allocate(SafetensorsHeader.PREFIX_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .array();
  }

  private static void writeMetadata(JsonGenerator json, Map<String, String> metadata)
      throws IOException {
    json.writeObjectFieldStart(METADATA);
    for (Map.Entry<String, String> entry : metadata.entrySet()) {
      if (Printable.hasHalfPair(entry.getKey()) || Printable.hasHalfPair(entry.getValue())) {
        throw new IllegalArgumentException(
            "metadata " + Printable.of(entry.getKey()) + " holds half a surrogate pair");
      }
      json.writeStringField(entry.getKey(), entry.getValue());
    }
    json.writeEndObject();
  }

  private static void writeEntry(JsonGenerator json, String name, Entry entry) throws IOException {
    json.writeObjectFieldStart(name);
    json.writeStringField("dtype", entry.dtype().name());
    json.writeArrayFieldStart("shape");
    for (long size : entry.shape().dimensions()) {
      json.writeNumber(size);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("data_offsets");
    json.writeNumber(entry.begin());
    json.writeNumber(entry.end());
    json.writeEndArray();
    json.writeEndObject();
  }

  private static byte[] padded(byte[] json) {
    byte[] padded = Arrays.copyOf(json, Math.ceilDiv(json.length, ALIGNMENT) * ALIGNMENT);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    return padded;
  }
}
