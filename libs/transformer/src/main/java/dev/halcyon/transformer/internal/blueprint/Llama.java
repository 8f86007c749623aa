package dev.halcyon.transformer.internal.blueprint;

import java.util.List;

/// Llama 1 to 3, SmolLM2, TinyLlama, DeepSeek LLM, Coder and Math (Touvron et al. 2023; Dubey et
/// al. 2024).
final class Llama implements Architecture {
  @Override
  public String modelType() {
    return "llama";
  }

  @Override
  public Blueprint read(ModelConfig config, TensorNames names) {
    LlamaParts parts = new LlamaParts(config, names, 0, 1e-6, 0);
    SlidingWindows.acceptUnused(config);
    Rotary rotary = new RotaryReader(config, parts.headSize()).read();
    boolean attentionBias = config.flag("attention_bias", false);
    boolean feedForwardBias = config.flag("mlp_bias", false);
    Activation activation = parts.activation("hidden_act", "silu");
    List<Layer> layers =
        parts.layers(i ->
            parts.preNormLayer(
                i,
                parts.attention(i, attentionBias, attentionBias, 0, rotary),
                parts.gated(i, activation, feedForwardBias)));
    return parts.blueprint(modelType(), layers, 1, false, 0);
  }
}
