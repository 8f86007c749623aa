package dev.halcyon.transformer.internal.decoder;

import dev.halcyon.transformer.internal.torch.Tensor;

/// The tensors of the part of a model that is being computed.
public interface Weights {
  /// A matrix [rows, columns] as stored, in the precision of the computation.
  Tensor matrix(String name);

  /// A vector in float32.
  Tensor vector(String name);

  /// A vector in the precision of the computation.
  Tensor bias(String name);
}
