package dev.halcyon.transformer.internal.blueprint;

import java.util.List;

/// Qwen 1.5, 2 and 2.5 (Yang et al. 2024): biases on queries, keys and values, on demand a sliding
/// window in some layers.
final class Qwen2 implements Architecture {
  @Override
  public String modelType() {
    return "qwen2";
  }

  @Override
  public Blueprint read(ModelConfig config, TensorNames names) {
    config.requireMentioned("num_key_value_heads");
    LlamaParts parts = new LlamaParts(config, names, 0, 1e-6, 0);
    Rotary rotary = new RotaryReader(config, parts.headSize()).read();
    SlidingWindows windows = SlidingWindows.qwen(config);
    Activation activation = parts.activation("hidden_act", "silu");
    List<Layer> layers =
        parts.layers(i ->
            parts.preNormLayer(
                i,
                parts.attention(i, true, false, windows.of(i), rotary),
                parts.gated(i, activation, false)));
    return parts.blueprint(modelType(), layers, 1, false, 0);
  }

  @Override
  public String fieldRules() {
    return """
    attention_bias               *
    qkv_bias                     *
    use_qkv_bias                 *
    no_bias                      *
    dual_chunk_attention_config  *
    """;
  }
}
