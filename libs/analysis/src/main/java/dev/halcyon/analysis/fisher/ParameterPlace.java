package dev.halcyon.analysis.fisher;

import static java.util.Objects.requireNonNull;

/// Where in the network a parameter is.
///
/// @param layer `embeddings`, `layer_0`, …, `final_norm`, `lm_head`
/// @param component `layer_0.self_attn.q_proj`; a weight and its bias share one
/// @param componentType `self_attn.q_proj`, for a bias `self_attn.q_proj.bias`
public record ParameterPlace(String layer, String component, String componentType) {
  public ParameterPlace {
    requireNonNull(layer, "layer is null");
    requireNonNull(component, "component is null");
    requireNonNull(componentType, "componentType is null");
  }
}
