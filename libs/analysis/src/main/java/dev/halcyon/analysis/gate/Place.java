package dev.halcyon.analysis.gate;

import dev.halcyon.analysis.names.TensorName;
import java.util.List;

/// Tensors that a condition means: a layer (`layer_0`, `embeddings`, …), or the end of a key at a
/// dot, with or without `.weight` (`q_proj`, `layers.3.mlp.up_proj`).
///
/// @param name as the condition spells it; empty for all tensors
record Place(String name) {
  static final Place ALL = new Place("");

  boolean isAll() {
    return name.isEmpty();
  }

  boolean holds(String tensorKey) {
    TensorName tensor = TensorName.parse(tensorKey);
    return isAll() || tensor.layerName().equals(name) || tensor.matches(List.of(name));
  }

  /// As it follows a quantity.
  String text() {
    return isAll() ? "" : "(" + name + ")";
  }
}
