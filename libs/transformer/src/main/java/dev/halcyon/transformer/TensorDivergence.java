package dev.halcyon.transformer;

import dev.halcyon.tensors.Shape;
import java.util.Map;

/// Attribution of a divergence to a tensor.
///
/// @param name in the base's checkpoint
/// @param shape of the part that both models have
/// @param baseSquares sum of the base's squared elements
/// @param changeSquares sum of the squared elements of the change
/// @param attributions for each objective and sample, in the order of the result's samples, in nats
///   per token of the sample
public record TensorDivergence(
    String name,
    Shape shape,
    double baseSquares,
    double changeSquares,
    Map<Objective, double[]> attributions) {
  public TensorDivergence {
    attributions = Map.copyOf(attributions);
  }
}
