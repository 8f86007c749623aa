package dev.halcyon.transformer.internal.blueprint;

import java.util.List;
import java.util.Optional;

/// The text model of Gemma 3 (Gemma Team 2025): norms on each head's queries and keys, sliding
/// windows in five of six layers with a rotary embedding of their own.
final class Gemma3Text implements Architecture {
  private static final int WINDOW = 4096;
  private static final int PATTERN = 6;
  private static final double GLOBAL_BASE = 1_000_000;
  private static final double LOCAL_BASE = 10_000;

  @Override
  public String modelType() {
    return "gemma3_text";
  }

  @Override
  public Blueprint read(ModelConfig config, TensorNames names) {
    GemmaParts parts = new GemmaParts(config, names);
    config.requireOff("attn_logit_softcapping");
    double logitCap = config.positiveUnlessNull("final_logit_softcapping", 0);
    SlidingWindows windows = windows(config);
    Rotaries rotaries = rotaries(config, new RotaryReader(config, parts.headSize()));
    List<Layer> layers =
        parts.layers(i -> {
          Rotary rotary = windows.sliding().get(i) ? rotaries.local() : rotaries.global();
          return parts.attention(i, windows.of(i), rotary).withHeadNorms(parts.headNorms(i));
        });
    return parts.blueprint(modelType(), layers, logitCap);
  }

  private static SlidingWindows windows(ModelConfig config) {
    int saved = config.size("_sliding_window_pattern", PATTERN);
    int pattern = config.size("sliding_window_pattern", saved);
    return SlidingWindows.listed(config, WINDOW, i -> (i + 1) % pattern != 0);
  }

  /// @param global of layers that see all tokens
  /// @param local of layers with a window
  private record Rotaries(Rotary global, Rotary local) {}

  private static Rotaries rotaries(ModelConfig config, RotaryReader reader) {
    double global = config.positive("rope_theta", GLOBAL_BASE);
    double local = config.positive("rope_local_base_freq", LOCAL_BASE);
    Optional<ModelConfig> scaling = config.object("rope_scaling");
    Optional<ModelConfig> parameters = config.object("rope_parameters");
    if (scaling.isPresent() && parameters.isPresent()) {
      throw config.problem("rope_scaling", "stands beside rope_parameters: only one of them may");
    }
    scaling.ifPresent(Gemma3Text::requireNewName);
    Optional<ModelConfig> full = parameters.flatMap(p -> p.object("full_attention"));
    Optional<ModelConfig> sliding = parameters.flatMap(p -> p.object("sliding_attention"));
    return new Rotaries(reader.read(scaling.or(() -> full), global), reader.read(sliding, local));
  }

  /// Only transformers 4 scales by the older name.
  private static void requireNewName(ModelConfig scaling) {
    if (scaling.has("type") && !scaling.has("rope_type")) {
      throw scaling.problem(
          "type", "is passed over by transformers 5 for this architecture: name it rope_type");
    }
  }

  @Override
  public String fieldRules() {
    return """
    use_sliding_window   *
    qk_norm              *
    use_qk_norm          *
    mm_tokens_per_image  *
    """;
  }
}
