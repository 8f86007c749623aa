package dev.halcyon.transformer.internal.blueprint;

import dev.halcyon.tensors.Shape;
import java.util.List;

/// A tensor that a model reads from its checkpoint.
///
/// @param name in the checkpoint
/// @param dimensions as stored, outermost first
public record Parameter(String name, List<Long> dimensions) {
  public Parameter {
    dimensions = List.copyOf(dimensions);
  }

  public Shape shape() {
    return new Shape(dimensions);
  }

  public long elements() {
    return shape().elements();
  }
}
