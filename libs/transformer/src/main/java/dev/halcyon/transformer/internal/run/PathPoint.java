package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.internal.torch.ElementType;
import dev.halcyon.transformer.internal.torch.Scope;
import dev.halcyon.transformer.internal.torch.Tensor;
import java.util.Optional;

/// A model on the straight line from a base to a fine-tune: `base + s delta`.
///
/// @param base reader of the base
/// @param fineTune reader of the fine-tune under the base's names; empty for the base itself
/// @param position s
/// @param type in which it is computed
record PathPoint(
    WeightReader base, Optional<WeightReader> fineTune, double position, ElementType type) {
  /// A model as it is stored.
  static PathPoint of(WeightReader model, ElementType type) {
    return new PathPoint(model, Optional.empty(), 0, type);
  }

  /// @param own the base's values
  /// @param delta the fine-tune's less the base's; empty for the base itself
  Tensor at(Scope scope, Tensor own, Optional<Tensor> delta) {
    return delta
        .map(change -> scope.torch().interpolate(own, change, position, type))
        .orElseGet(() -> scope.torch().cast(own, type));
  }
}
