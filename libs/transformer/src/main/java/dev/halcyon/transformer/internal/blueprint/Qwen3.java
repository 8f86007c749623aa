package dev.halcyon.transformer.internal.blueprint;

import java.util.List;

/// Qwen 3 (Yang et al. 2025): norms on each head's queries and keys instead of Qwen 2's biases.
final class Qwen3 implements Architecture {
  private static final int HEAD_SIZE = 128;

  @Override
  public String modelType() {
    return "qwen3";
  }

  @Override
  public Blueprint read(ModelConfig config, TensorNames names) {
    config.requireMentioned("num_key_value_heads");
    LlamaParts parts = new LlamaParts(config, names, HEAD_SIZE, 1e-6, 0);
    Rotary rotary = new RotaryReader(config, parts.headSize()).read();
    SlidingWindows windows = SlidingWindows.qwen(config);
    boolean bias = config.flag("attention_bias", false);
    Activation activation = parts.activation("hidden_act", "silu");
    List<Layer> layers =
        parts.layers(i ->
            parts.preNormLayer(
                i,
                parts
                    .attention(i, bias, bias, windows.of(i), rotary)
                    .withHeadNorms(parts.normsOfEachHead(i)),
                parts.gated(i, activation, false)));
    return parts.blueprint(modelType(), layers, 1, false, 0);
  }

  @Override
  public String fieldRules() {
    return """
    qk_norm                      *
    use_qk_norm                  *
    qk_layernorm                 *
    use_qk_layernorm             *
    dual_chunk_attention_config  *
    """;
  }
}
