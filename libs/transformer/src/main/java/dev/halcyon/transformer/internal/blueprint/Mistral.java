package dev.halcyon.transformer.internal.blueprint;

import java.util.List;

/// Mistral 7B and its kin (Jiang et al. 2023): a sliding window in every layer.
final class Mistral implements Architecture {
  private static final int WINDOW = 4096;

  @Override
  public String modelType() {
    return "mistral";
  }

  @Override
  public Blueprint read(ModelConfig config, TensorNames names) {
    config.require("num_key_value_heads");
    LlamaParts parts = new LlamaParts(config, names, 0, 1e-6, 0);
    Rotary rotary = new RotaryReader(config, parts.headSize()).read();
    int window = SlidingWindows.size(config, WINDOW);
    Activation activation = parts.activation("hidden_act", "silu");
    List<Layer> layers =
        parts.layers(i ->
            parts.preNormLayer(
                i,
                parts.attention(i, false, false, window, rotary),
                parts.gated(i, activation, false)));
    return parts.blueprint(modelType(), layers, 1, false, 0);
  }
}
