package dev.halcyon.plots.table;

import static java.util.Objects.requireNonNull;

import java.util.OptionalInt;

/// Where a value belongs: a component of one layer, or a tensor outside the layers.
///
/// @param component `self_attn.q_proj`, `lm_head`, …
/// @param layer the layer's number, empty for embeddings, final norm and head
public record Place(String component, OptionalInt layer) {
  public Place {
    requireNonNull(component, "component is null");
    requireNonNull(layer, "layer is null");
  }

  public static Place inLayer(int layer, String component) {
    return new Place(component, OptionalInt.of(layer));
  }

  public static Place outsideLayers(String tensor) {
    return new Place(tensor, OptionalInt.empty());
  }

  @Override
  public String toString() {
    return layer.isPresent() ? "layer " + layer.getAsInt() + " " + component : component;
  }
}
