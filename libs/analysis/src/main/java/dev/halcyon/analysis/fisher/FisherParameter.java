package dev.halcyon.analysis.fisher;

import static java.util.Objects.requireNonNull;

import dev.halcyon.tensors.Shape;

/// A parameter tensor of a model. A tied head is no parameter of its own.
///
/// @param name in the checkpoint
/// @param shape of the tensor
public record FisherParameter(String name, Shape shape) {
  public FisherParameter {
    requireNonNull(name, "name is null");
    requireNonNull(shape, "shape is null");
  }
}
