package dev.halcyon.analysis.fisher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.halcyon.tensors.SafetensorsFile;
import dev.halcyon.tensors.Shape;
import dev.halcyon.tensors.TensorInfo;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/// Tensors and what NumPy found for them, made by `tools/golden/fisher_statistics.py`.
public final class Golden {
  private final Map<String, Shape> shapes = new LinkedHashMap<>();
  private final Map<String, MemorySegment> tensors = new LinkedHashMap<>();
  private final JsonNode expected;

  private Golden(String name) {
    try (SafetensorsFile file =
            SafetensorsFile.open(Path.of(resource(name + ".safetensors").getPath()));
        InputStream json = resource(name + ".json").openStream()) {
      for (TensorInfo tensor : file.tensors()) {
        shapes.put(tensor.name(), tensor.shape());
        MemorySegment copy = Arena.ofAuto().allocate(Math.max(1, tensor.bytes()), Float.BYTES);
        file.bytes(tensor.name()).read(0, copy.asSlice(0, tensor.bytes()));
        tensors.put(tensor.name(), copy.asSlice(0, tensor.bytes()));
      }
      expected = new ObjectMapper().readTree(json);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  public static Golden edge() {
    return new Golden("edge");
  }

  public static Golden model() {
    return new Golden("model");
  }

  JsonNode expected() {
    return expected;
  }

  public MemorySegment tensor(String name) {
    return tensors.get(name);
  }

  /// The tensors as parameters.
  public List<FisherParameter> parameters() {
    return shapes.entrySet().stream()
        .map(entry -> new FisherParameter(entry.getKey(), entry.getValue()))
        .toList();
  }

  List<Double> sampleSums(String parameter) {
    return numbers(expected.get("sample_sums").get(parameter));
  }

  static List<Double> numbers(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::doubleValue).toList();
  }

  private static java.net.URL resource(String name) {
    return java.util.Objects.requireNonNull(Golden.class.getResource(name), name);
  }
}
