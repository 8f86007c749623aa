package dev.halcyon.transformer.internal.decoder;

import dev.halcyon.transformer.internal.blueprint.Projection;
import dev.halcyon.transformer.internal.torch.Tensor;

/// Takes what the parameters' per-sample gradients are made of.
public interface GradientSink {
  /// A matrix, whose gradient is the sum over a sample's rows of the outer products of dy and x.
  ///
  /// @param dy gradient by the outputs [rows, outputs]
  /// @param x inputs [rows, inputs]
  void matrix(Projection projection, Tensor dy, Tensor x);

  /// A vector, whose gradient is the sum of a sample's rows.
  ///
  /// @param rows [rows x perToken, size]
  /// @param perToken rows for each token
  void vector(String name, Tensor rows, int perToken);
}
