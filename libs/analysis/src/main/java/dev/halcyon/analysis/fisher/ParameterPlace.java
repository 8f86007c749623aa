package dev.halcyon.analysis.fisher;

import static java.util.Objects.requireNonNull;

import dev.halcyon.analysis.names.TensorName;

/// The position of a parameter in the network.
///
/// @param layer `embeddings`, `layer_0`, …, `final_norm`, `lm_head`
/// @param component `layer_0.self_attn.q_proj`, `embeddings.embed_tokens`; the final norm and the
///   head are components of their layer's name. A weight and its bias share one
/// @param componentType `self_attn.q_proj`, for a bias `self_attn.q_proj.bias`
public record ParameterPlace(String layer, String component, String componentType) {
  private static final String BIAS = ".bias";

  public ParameterPlace {
    requireNonNull(layer, "layer is null");
    requireNonNull(component, "component is null");
    requireNonNull(componentType, "componentType is null");
  }

  public static ParameterPlace of(TensorName name) {
    return new ParameterPlace(name.layerName(), component(name), name.component());
  }

  private static String component(TensorName name) {
    return switch (name.layerName()) {
      case "final_norm", "lm_head" -> name.layerName();
      default -> name.layerName() + "." + withoutBias(name.part());
    };
  }

  private static String withoutBias(String part) {
    return part.endsWith(BIAS) ? part.substring(0, part.length() - BIAS.length()) : part;
  }
}
