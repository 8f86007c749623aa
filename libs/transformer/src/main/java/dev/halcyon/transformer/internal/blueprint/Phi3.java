package dev.halcyon.transformer.internal.blueprint;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// Phi 3, 3.5 and 4 (Abdin et al. 2024): queries, keys and values in one matrix, gate and up in
/// another, a part of each head rotated.
final class Phi3 implements Architecture {
  private static final int PRETRAINING_LENGTH = 4096;

  @Override
  public String modelType() {
    return "phi3";
  }

  @Override
  public Blueprint read(ModelConfig config, TensorNames names) {
    LlamaParts parts = new LlamaParts(config, names, 0, 1e-5, 0);
    config.requireOff("attention_bias");
    Rotary rotary =
        new RotaryReader(config, parts.headSize())
            .partial(1)
            .allow(Set.of("default", "longrope"))
            .rename(Map.of("yarn", "longrope"))
            .originalLength(PRETRAINING_LENGTH)
            .read();
    int window = SlidingWindows.size(config, 0);
    Activation activation = parts.activation("hidden_act", "silu");
    List<Layer> layers =
        parts.layers(i ->
            parts.preNormLayer(
                i,
                parts.attention(
                    parts.concatenated(i, "self_attn.qkv_proj"),
                    parts.attentionOutput(i, false),
                    window,
                    rotary),
                fused(config, parts, i, activation)));
    return parts.blueprint(modelType(), layers, 1, false, 0);
  }

  private static FeedForward fused(
      ModelConfig config, LlamaParts parts, int layer, Activation activation) {
    int inner = config.size("intermediate_size");
    return new FeedForward.FusedGated(
        parts.projection(layer, "mlp.gate_up_proj", parts.hidden(), 2 * inner, false),
        parts.projection(layer, "mlp.down_proj", inner, parts.hidden(), false),
        activation);
  }

  @Override
  public String fieldRules() {
    return """
    use_sliding_window  *
    """;
  }
}
