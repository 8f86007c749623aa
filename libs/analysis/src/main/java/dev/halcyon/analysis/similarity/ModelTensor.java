package dev.halcyon.analysis.similarity;

import static java.util.Objects.requireNonNull;

import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.Shape;
import dev.halcyon.tensors.TensorBytes;

/// One model's tensor of a comparison.
///
/// @param model `base`, or the name of a fine-tune such as `ft1`
/// @param bytes at least the elements that are compared, row-major
public record ModelTensor(String model, DType dtype, Shape shape, TensorBytes bytes) {
  /// The model that changes are measured against.
  public static final String BASE = "base";

  public ModelTensor {
    requireNonNull(model, "model is null");
    requireNonNull(dtype, "dtype is null");
    requireNonNull(shape, "shape is null");
    requireNonNull(bytes, "bytes is null");
    if (!dtype.computable()) {
      throw new IllegalArgumentException(
          "tensor of " + model + " is " + dtype + ", which is not supported");
    }
  }

  boolean isBase() {
    return model.equals(BASE);
  }
}
