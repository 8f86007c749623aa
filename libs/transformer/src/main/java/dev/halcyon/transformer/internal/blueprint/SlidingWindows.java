package dev.halcyon.transformer.internal.blueprint;

import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/// Which layers of a model see all tokens before them, and which a window only.
///
/// @param sliding for each layer, whether it has the window
/// @param size tokens in the window
record SlidingWindows(List<Boolean> sliding, int size) {
  private static final String WINDOW = "sliding_window";
  private static final String SWITCH = "use_sliding_window";

  /// The layer's window, 0 for none.
  int of(int layer) {
    return sliding.get(layer) ? size : 0;
  }

  /// Qwen's rule: only where the config switches windows on, and from `max_window_layers` upward.
  static SlidingWindows qwen(ModelConfig config) {
    config.accept("max_window_layers");
    if (!config.flag(SWITCH, false)) {
      config.accept(WINDOW);
      config.accept("layer_types");
      return new SlidingWindows(types(config, i -> false), 0);
    }
    int size = size(config, 4096);
    double first = config.number("max_window_layers", 28);
    return new SlidingWindows(types(config, i -> i >= first), size);
  }

  /// The window in all layers for which `otherwise` holds, unless the config lists layer types.
  ///
  /// @param size where the config names none
  static SlidingWindows listed(ModelConfig config, int size, IntPredicate otherwise) {
    return new SlidingWindows(types(config, otherwise), size(config, size));
  }

  /// Tokens in the config's window: 0 where it says `null` or 0.
  ///
  /// @param otherwise where the config names none
  static int size(ModelConfig config, int otherwise) {
    return config.isOff(WINDOW) ? 0 : config.size(WINDOW, otherwise);
  }

  /// Lets a config name a window that it switches off, for architectures that have none.
  static void acceptUnused(ModelConfig config) {
    if (config.isOff(SWITCH)) {
      config.accept(WINDOW);
    }
  }

  private static List<Boolean> types(ModelConfig config, IntPredicate otherwise) {
    int layers = config.layers("num_hidden_layers");
    return config
        .texts("layer_types", layers)
        .map(types -> types.stream().map(type -> isSliding(config, type)).toList())
        .orElseGet(() -> IntStream.range(0, layers).mapToObj(otherwise::test).toList());
  }

  private static boolean isSliding(ModelConfig config, String type) {
    return switch (type) {
      case "sliding_attention" -> true;
      case "full_attention" -> false;
      default ->
          throw config.problem(
              "layer_types",
              "holds " + type + ", supported are full_attention and sliding_attention");
    };
  }
}
