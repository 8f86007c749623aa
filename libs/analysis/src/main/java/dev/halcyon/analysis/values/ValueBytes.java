package dev.halcyon.analysis.values;

import dev.halcyon.contracts.StoredTensor;
import dev.halcyon.contracts.TensorValue;
import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.ScaleBlocks;
import dev.halcyon.tensors.ScaledBytes;
import dev.halcyon.tensors.Shape;
import dev.halcyon.tensors.TensorBytes;
import java.util.function.Function;

/// A tensor's elements as a view of the bytes that they are made of.
public final class ValueBytes {
  private ValueBytes() {}

  /// The elements, of the value's dtype.
  ///
  /// @param stored opens what the value is made of
  /// @throws IllegalArgumentException where types or shapes do not fit each other
  public static TensorBytes of(TensorValue value, Function<StoredTensor, TensorBytes> stored) {
    return switch (value) {
      case TensorValue.Plain plain -> stored.apply(plain.elements());
      case TensorValue.Scaled scaled -> scaled(scaled, stored);
    };
  }

  private static TensorBytes scaled(
      TensorValue.Scaled value, Function<StoredTensor, TensorBytes> stored) {
    return new ScaledBytes(
        dtype(value.codes().dtype()),
        stored.apply(value.codes()),
        dtype(value.scales().dtype()),
        stored.apply(value.scales()),
        new ScaleBlocks(new Shape(value.shape()), value.block()));
  }

  /// The type of that name.
  ///
  /// @throws IllegalArgumentException where there is none
  public static DType dtype(String name) {
    return DType.of(name).orElseThrow(() -> new IllegalArgumentException("no such dtype: " + name));
  }
}
