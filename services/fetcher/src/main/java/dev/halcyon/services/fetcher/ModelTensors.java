package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.Plan.ResolvedModel;
import dev.halcyon.contracts.TensorCopy;
import java.util.List;
import java.util.Map;

/// A resolved model with its tensors.
///
/// @param model as the plan names it
/// @param tensors by key, each whole and where it is
record ModelTensors(ResolvedModel model, Map<String, TensorCopy> tensors) {
  String name() {
    return model.name();
  }

  /// All of the models' keys, in order.
  static List<String> keys(List<ModelTensors> models) {
    return models.stream()
        .flatMap(model -> model.tensors().keySet().stream())
        .distinct()
        .sorted()
        .toList();
  }
}
