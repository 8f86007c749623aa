package dev.halcyon.tensors;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;

/// The files that `tools/golden/safetensors_golden.py` made with the reference implementation.
final class Golden {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Golden() {}

  /// A tensor as the reference reads it.
  record Tensor(DType dtype, Shape shape, String sha256) {
    static Tensor of(DType dtype, Shape shape, byte[] bytes) {
      return new Tensor(dtype, shape, Golden.sha256(bytes));
    }

    private static Tensor of(JsonNode json) {
      List<Long> sizes =
          StreamSupport.stream(json.get("shape").spliterator(), false)
              .map(JsonNode::longValue)
              .toList();
      return new Tensor(
          DType.valueOf(json.get("dtype").textValue()),
          new Shape(sizes),
          json.get("sha256").textValue());
    }
  }

  /// A small file and what the reference says of it.
  ///
  /// @param tensors of an accepted file; empty for a refused one
  record Verdict(String name, ByteBuffer file, boolean accepted, Map<String, Tensor> tensors) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Path path(String name) {
    try {
      return Path.of(Golden.class.getResource("golden/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static Map<String, Tensor> expected(String file) {
    return tensors(json(read(path("expected.json"))).get(file));
  }

  static List<Verdict> verdicts() {
    return read(path("verdicts.jsonl")).lines().map(Golden::json).map(Golden::verdict).toList();
  }

  static Tensor tensor(TensorInfo info, MemorySegment bytes) {
    return Tensor.of(info.dtype(), info.shape(), bytes.toArray(ValueLayout.JAVA_BYTE));
  }

  private static Verdict verdict(JsonNode json) {
    try {
      return new Verdict(
          json.get("case").textValue(),
          ByteBuffer.wrap(json.get("file").binaryValue()),
          json.get("accepted").booleanValue(),
          json.has("tensors") ? tensors(json.get("tensors")) : Map.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Tensor> tensors(JsonNode json) {
    Map<String, Tensor> tensors = new TreeMap<>();
    json.properties().forEach(field -> tensors.put(field.getKey(), Tensor.of(field.getValue())));
    return tensors;
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path path) {
    try {
      return Files.readString(path, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
