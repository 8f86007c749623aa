package dev.halcyon.services.fisher;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.halcyon.analysis.fisher.FisherParameter;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.results.FisherOutcome.SavedDiagonal;
import dev.halcyon.contracts.results.FisherOutcome.SavedFile;
import dev.halcyon.contracts.store.StoredObject;
import dev.halcyon.json.ForeignJson;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A diagonal in the layout of a Hugging Face checkpoint: float32 squares under the names of the
/// weights, an index, and the config of the model. SqueezeLLM and others read gradients so.
final class DiagonalCheckpoint {
  private static final String FOLDER = "fisher_diagonal/";
  private static final String SHARD = "model-00001-of-00001.safetensors";
  private static final String INDEX = "model.safetensors.index.json";
  private static final String CONFIG = "config.json";
  private static final ObjectMapper MAPPER = new JsonMapper(ForeignJson.factory());

  /// The element type in the spellings of transformers 5 and 4.
  private static final List<String> TYPES = List.of("dtype", "torch_dtype");

  private DiagonalCheckpoint() {}

  /// The files under their names among the results.
  static SavedDiagonal of(StoredObject shard, StoredObject index, StoredObject config) {
    return new SavedDiagonal(
        FOLDER + SHARD,
        shard,
        List.of(new SavedFile(FOLDER + INDEX, index), new SavedFile(FOLDER + CONFIG, config)));
  }

  static byte[] index(List<FisherParameter> parameters) {
    long bytes = parameters.stream().mapToLong(p -> p.shape().elements() * Float.BYTES).sum();
    Map<String, String> shards = new TreeMap<>();
    parameters.forEach(parameter -> shards.put(parameter.name(), SHARD));
    return Json.prettyBytes(new Index(Map.of("total_size", bytes), shards));
  }

  private record Index(Map<String, Long> metadata, Map<String, String> weightMap) {}

  /// The model's config for values that are float32 and not quantized.
  static byte[] config(byte[] model) throws IOException {
    ObjectNode config = (ObjectNode) MAPPER.readTree(ForeignJson.reader(model));
    config.remove("quantization_config");
    TYPES.stream().filter(config::has).forEach(type -> config.put(type, "float32"));
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(config);
  }
}
