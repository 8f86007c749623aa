package dev.halcyon.analysis.divergence;

import dev.halcyon.analysis.fisher.ParameterPlace;
import dev.halcyon.analysis.names.TensorName;
import dev.halcyon.contracts.results.DivergenceOutcome.Tensor;

/// A tensor and where in the network it is.
///
/// @param tensor of an outcome
/// @param name of it
/// @param place of it
record PlacedTensor(Tensor tensor, TensorName name, ParameterPlace place) {
  static PlacedTensor of(Tensor tensor) {
    TensorName name = TensorName.parse(tensor.parameter());
    return new PlacedTensor(tensor, name, ParameterPlace.of(name));
  }

  String layer() {
    return place.layer();
  }

  /// As `layer_0.self_attn.q_proj`; a weight and its bias share one.
  String component() {
    return place.component();
  }

  /// As `self_attn.q_proj`; a weight and its bias share one.
  String componentType() {
    String prefix = place.layer() + ".";
    return name.layer().isPresent() && component().startsWith(prefix)
        ? component().substring(prefix.length())
        : component();
  }

  long elements() {
    return tensor.shape().elements();
  }
}
