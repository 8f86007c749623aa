package dev.halcyon.transformer.internal.blueprint;

import java.util.List;
import java.util.Optional;

/// OLMo 2 (Walsh et al. 2024): norms after attention and feed-forward network instead of before
/// them, and norms over all heads' queries and keys together.
final class Olmo2 implements Architecture {
  @Override
  public String modelType() {
    return "olmo2";
  }

  @Override
  public Blueprint read(ModelConfig config, TensorNames names) {
    LlamaParts parts = new LlamaParts(config, names, 0, 1e-5, 0);
    Rotary rotary = new RotaryReader(config, parts.headSize()).read();
    SlidingWindows.acceptUnused(config);
    boolean bias = config.flag("attention_bias", false);
    Activation activation = parts.activation("hidden_act", "silu");
    List<Layer> layers =
        parts.layers(i ->
            layer(
                parts,
                i,
                parts.attention(i, bias, bias, 0, rotary).withHeadNorms(parts.normsOfAllHeads(i)),
                parts.gated(i, activation, false)));
    return parts.blueprint(modelType(), layers, 1, false, 0);
  }

  private static Layer layer(
      LlamaParts parts, int index, Attention attention, FeedForward feedForward) {
    return new Layer(
        Optional.empty(),
        attention,
        Optional.of(parts.norm(index, "post_attention_layernorm")),
        Optional.empty(),
        feedForward,
        Optional.of(parts.norm(index, "post_feedforward_layernorm")),
        false);
  }

  @Override
  public String fieldRules() {
    return """
    qk_norm           *
    use_qk_norm       *
    qk_layernorm      *
    """;
  }
}
