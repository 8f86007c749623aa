package dev.halcyon.analysis.fisher;

import java.util.Comparator;

/// The order of layers in the network: embeddings, the numbered layers, what has no known place,
/// the final norm and the head.
final class NetworkOrder {
  private static final String NUMBERED = "layer_";

  static final Comparator<String> LAYERS =
      Comparator.comparingLong(NetworkOrder::rank).thenComparing(Comparator.naturalOrder());

  private NetworkOrder() {}

  private static long rank(String layer) {
    return switch (layer) {
      case "embeddings" -> -1;
      case "final_norm" -> Long.MAX_VALUE - 1;
      case "lm_head" -> Long.MAX_VALUE;
      default -> isNumbered(layer) ? number(layer) : Long.MAX_VALUE - 2;
    };
  }

  private static boolean isNumbered(String layer) {
    return layer.matches(NUMBERED + "\\d{1,9}");
  }

  private static long number(String layer) {
    return Long.parseLong(layer.substring(NUMBERED.length()));
  }
}
