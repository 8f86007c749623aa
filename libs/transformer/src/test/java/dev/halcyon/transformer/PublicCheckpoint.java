package dev.halcyon.transformer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.SafetensorsWriter;
import dev.halcyon.tensors.TensorSpec;
import dev.halcyon.transformer.internal.blueprint.Architectures;
import dev.halcyon.transformer.internal.blueprint.ModelConfig;
import dev.halcyon.transformer.internal.blueprint.Parameter;
import dev.halcyon.transformer.internal.blueprint.TensorNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The fields of a public checkpoint's `config.json`, with small dimensions, and the losses that
/// transformers computes in float64; written by `tools/golden/checkpoint_configs_golden.py`, which
/// makes the same weights.
///
/// @param name of the checkpoint
/// @param config with the fields that it has
/// @param losses of [#SAMPLES]
record PublicCheckpoint(String name, ObjectNode config, List<Double> losses) {
  static final List<TokenSample> SAMPLES = List.of(sample(0, 23), sample(1, 9));

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /// What a config of each architecture must have for the numbers to be right.
  private static final Set<String> COMPUTED =
      Set.of(
          ("model_type vocab_size hidden_size intermediate_size num_hidden_layers"
               + " num_attention_heads num_key_value_heads head_dim hidden_act hidden_activation"
               + " activation_function rms_norm_eps layer_norm_eps layer_norm_epsilon n_embd n_head"
               + " n_layer n_positions n_inner scale_attn_by_inverse_layer_idx"
               + " max_position_embeddings original_max_position_embeddings rope_theta rope_scaling"
               + " rope_parameters rope_local_base_freq partial_rotary_factor rotary_pct"
               + " rotary_emb_base use_parallel_residual sliding_window sliding_window_pattern"
               + " use_sliding_window layer_types query_pre_attn_scalar attn_logit_softcapping"
               + " final_logit_softcapping tie_word_embeddings")
              .split(" "));

  static List<PublicCheckpoint> all() {
    try (InputStream lines =
        PublicCheckpoint.class.getResourceAsStream("configs/checkpoints.jsonl")) {
      List<PublicCheckpoint> all = new ArrayList<>();
      for (String line :
          new String(lines.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        JsonNode row = MAPPER.readTree(line);
        all.add(
            new PublicCheckpoint(
                row.get("checkpoint").asText(),
                (ObjectNode) row.get("config"),
                row.get("losses").valueStream().map(JsonNode::doubleValue).toList()));
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String architecture() {
    return config.get("model_type").textValue();
  }

  /// The config without the fields that change nothing.
  ObjectNode plain() {
    return config.deepCopy().retain(COMPUTED);
  }

  /// A checkpoint of the plain config's tensors with this config.
  Path write(Path folder, ObjectNode written) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.json"), written.toString());
    List<TensorSpec> specs =
        parameters().stream()
            .map(parameter -> new TensorSpec(parameter.name(), DType.F32, parameter.shape()))
            .toList();
    try (SafetensorsWriter writer =
        SafetensorsWriter.create(folder.resolve("model.safetensors"), specs, Map.of())) {
      for (TensorSpec spec : specs) {
        writer.write(spec.name(), MemorySegment.ofArray(weights(spec)));
      }
      writer.commit();
    }
    return folder;
  }

  @Override
  public String toString() {
    return name;
  }

  private List<Parameter> parameters() {
    ModelConfig parsed =
        ModelConfig.parse(name, plain().toString().getBytes(StandardCharsets.UTF_8));
    TensorNames names =
        new TensorNames(
            name,
            Set.of(
                "model.embed_tokens.weight", "transformer.wte.weight", "gpt_neox.embed_in.weight"));
    return Architectures.read(parsed, names, Set.of()).blueprint().parameters();
  }

  private float[] weights(TensorSpec tensor) {
    float[] values = uniform(tensor.name(), (int) tensor.shape().elements());
    boolean norm = tensor.shape().rank() == 1 && !tensor.name().endsWith("bias");
    float centre = norm && !architecture().startsWith("gemma") ? 1 : 0;
    float factor = tensor.shape().rank() == 2 ? 0.5f : 0.25f;
    for (int i = 0; i < values.length; i++) {
      values[i] = centre + factor * values[i];
    }
    return values;
  }

  /// Multiples of 2^-23 from -1 up to 1, by SplitMix64 from the name's FNV-1a.
  private static float[] uniform(String name, int count) {
    long state = 0xCBF29CE484222325L;
    for (byte each : name.getBytes(StandardCharsets.UTF_8)) {
      state = (state ^ each) * 0x100000001B3L;
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      state += 0x9E3779B97F4A7C15L;
      long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
      z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
      values[i] = ((z ^ (z >>> 31)) >>> 40) / (float) (1 << 23) - 1;
    }
    return values;
  }

  private static TokenSample sample(int id, int length) {
    int[] tokens = new int[length];
    for (int i = 0; i < length; i++) {
      tokens[i] = (id == 0 ? 7 * i + 3 : 5 * i * i + 1) % 61;
    }
    return new TokenSample(id, tokens);
  }
}
