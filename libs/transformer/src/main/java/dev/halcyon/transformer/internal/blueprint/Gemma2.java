package dev.halcyon.transformer.internal.blueprint;

import java.util.List;

/// Gemma 2 (Gemma Team 2024): norms before and after each part, soft caps on scores and logits, a
/// sliding window in every other layer.
final class Gemma2 implements Architecture {
  private static final int WINDOW = 4096;
  private static final double SCORE_CAP = 50;
  private static final double LOGIT_CAP = 30;

  @Override
  public String modelType() {
    return "gemma2";
  }

  @Override
  public Blueprint read(ModelConfig config, TensorNames names) {
    GemmaParts parts = new GemmaParts(config, names);
    Rotary rotary = new RotaryReader(config, parts.headSize()).read();
    SlidingWindows windows = SlidingWindows.listed(config, WINDOW, i -> i % 2 == 0);
    config.requireSame("sliding_window_size", windows.size(), "sliding_window");
    double scoreCap = config.positiveUnlessNull("attn_logit_softcapping", SCORE_CAP);
    double logitCap = config.positiveUnlessNull("final_logit_softcapping", LOGIT_CAP);
    List<Layer> layers =
        parts.layers(i -> parts.attention(i, windows.of(i), rotary).withScoreCap(scoreCap));
    return parts.blueprint(modelType(), layers, logitCap);
  }

  @Override
  public String fieldRules() {
    return """
    use_sliding_window  *
    """;
  }
}
