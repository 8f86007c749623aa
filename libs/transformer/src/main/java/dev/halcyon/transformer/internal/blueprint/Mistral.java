package dev.halcyon.transformer.internal.blueprint;

import java.util.List;

/// Mistral 7B and its kin (Jiang et al. 2023): a sliding window in every layer, or, in Ministral,
/// in those that the config lists.
///
/// @param modelType `mistral`, or `ministral` as transformers 5 names those with listed layers
record Mistral(String modelType) implements Architecture {
  private static final int WINDOW = 4096;

  @Override
  public Blueprint read(ModelConfig config, TensorNames names) {
    config.requireMentioned("num_key_value_heads");
    LlamaParts parts = new LlamaParts(config, names, 0, 1e-6, 0);
    Rotary rotary = new RotaryReader(config, parts.headSize()).read();
    SlidingWindows windows = SlidingWindows.listed(config, WINDOW, i -> true);
    Activation activation = parts.activation("hidden_act", "silu");
    List<Layer> layers =
        parts.layers(i ->
            parts.preNormLayer(
                i,
                parts.attention(i, false, false, windows.of(i), rotary),
                parts.gated(i, activation, false)));
    return parts.blueprint(modelType(), layers, 1, false, 0);
  }

  @Override
  public String fieldRules() {
    return """
    use_sliding_window  *
    """;
  }
}
