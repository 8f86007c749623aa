package dev.halcyon.transformer;

import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.SafetensorsWriter;
import dev.halcyon.tensors.Shape;
import dev.halcyon.tensors.TensorSpec;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A model whose vocabulary and feed-forward network are walked in several blocks. It is too large
/// to be kept, so each weight follows from its place, as in `tools/golden/wide_model_golden.py`.
enum WideModel {
  TIED,
  UNTIED;

  static final int VOCABULARY = 200_003;

  private static final int INNER = 100_000;
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  GoldenValues golden() throws URISyntaxException {
    String file = this == TIED ? "wide/tied.safetensors" : "wide/untied.safetensors";
    return new GoldenValues(Path.of(WideModel.class.getResource(file).toURI()));
  }

  /// Writes the checkpoint.
  Path write(Path folder) throws IOException {
    Files.writeString(folder.resolve("config.json"), config());
    List<TensorSpec> specs =
        shapes().entrySet().stream()
            .map(entry -> new TensorSpec(entry.getKey(), DType.F32, Shape.of(entry.getValue())))
            .toList();
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(folder.resolve("model.safetensors"), specs, Map.of())) {
      for (int number = 0; number < specs.size(); number++) {
        writer.write(specs.get(number).name(), MemorySegment.ofArray(weights(specs, number)));
      }
      writer.commit();
    }
    return folder;
  }

  private String config() {
    return """
    {"model_type": "llama", "hidden_size": 24, "intermediate_size": %d, "num_hidden_layers": 1,
     "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8, "hidden_act": "silu",
     "rms_norm_eps": 1e-5, "rope_theta": 1000.0, "vocab_size": %d, "tie_word_embeddings": %b}
    """
        .formatted(INNER, VOCABULARY, this == TIED);
  }

  private Map<String, long[]> shapes() {
    Map<String, long[]> shapes = new TreeMap<>();
    shapes.put("model.embed_tokens.weight", new long[] {VOCABULARY, 24});
    shapes.put("model.layers.0.input_layernorm.weight", new long[] {24});
    shapes.put("model.layers.0.self_attn.q_proj.weight", new long[] {32, 24});
    shapes.put("model.layers.0.self_attn.k_proj.weight", new long[] {16, 24});
    shapes.put("model.layers.0.self_attn.v_proj.weight", new long[] {16, 24});
    shapes.put("model.layers.0.self_attn.o_proj.weight", new long[] {24, 32});
    shapes.put("model.layers.0.post_attention_layernorm.weight", new long[] {24});
    shapes.put("model.layers.0.mlp.gate_proj.weight", new long[] {INNER, 24});
    shapes.put("model.layers.0.mlp.up_proj.weight", new long[] {INNER, 24});
    shapes.put("model.layers.0.mlp.down_proj.weight", new long[] {24, INNER});
    shapes.put("model.norm.weight", new long[] {24});
    if (this == UNTIED) {
      shapes.put("lm_head.weight", new long[] {VOCABULARY, 24});
    }
    return shapes;
  }

  private static float[] weights(List<TensorSpec> specs, int number) {
    TensorSpec tensor = specs.get(number);
    float[] values = new float[Math.toIntExact(tensor.shape().elements())];
    for (int i = 0; i < values.length; i++) {
      long place = i + 1 + ((long) number << 40);
      double uniform = (Projection.mix(place * GOLDEN) >>> 40) * 0x1p-24 - 0.5;
      values[i] = (float) scaled(tensor.name(), uniform);
    }
    return values;
  }

  private static double scaled(String tensor, double uniform) {
    if (tensor.contains("norm")) {
      return 1 + uniform / 2;
    }
    if (tensor.contains("embed_tokens")) {
      return 2 * uniform;
    }
    return tensor.contains("down_proj") ? uniform / 32 : uniform;
  }
}
