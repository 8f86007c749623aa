package dev.halcyon.analysis.values;

import dev.halcyon.contracts.store.StoredTensor;
import dev.halcyon.contracts.store.TensorValue;
import dev.halcyon.tensors.ScaleBlocks;
import dev.halcyon.tensors.ScaledBytes;
import dev.halcyon.tensors.Shape;
import dev.halcyon.tensors.TensorBytes;
import dev.halcyon.tensors.adapters.Factor;
import dev.halcyon.tensors.adapters.LowRankDelta;
import dev.halcyon.tensors.adapters.LowRankSum;
import dev.halcyon.tensors.gguf.BlockBytes;
import java.util.function.Function;

/// A view of a tensor's elements, computed from the stored bytes.
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
      case TensorValue.Blocks blocks -> blocks(blocks, stored);
      case TensorValue.LowRank lowRank -> lowRank(lowRank, stored);
      case TensorValue.Unchanged unchanged -> of(unchanged.weight(), stored);
    };
  }

  private static TensorBytes scaled(
      TensorValue.Scaled value, Function<StoredTensor, TensorBytes> stored) {
    return new ScaledBytes(
        value.codes().dtype(),
        stored.apply(value.codes()),
        value.scales().dtype(),
        stored.apply(value.scales()),
        new ScaleBlocks(value.shape(), value.block()));
  }

  private static TensorBytes blocks(
      TensorValue.Blocks value, Function<StoredTensor, TensorBytes> stored) {
    Shape shape = value.shape();
    long columns = shape.dimensions().getLast();
    return new BlockBytes(
        value.type(),
        stored.apply(value.blocks()),
        shape.elements() / columns,
        columns,
        value.heads(),
        (float) value.added());
  }

  private static TensorBytes lowRank(
      TensorValue.LowRank value, Function<StoredTensor, TensorBytes> stored) {
    return new LowRankSum(value.weight().dtype(), of(value.weight(), stored), delta(value, stored));
  }

  /// The change of a tensor by a LoRA adapter, without the tensor.
  ///
  /// @param stored opens what the value is made of
  public static LowRankDelta delta(
      TensorValue.LowRank value, Function<StoredTensor, TensorBytes> stored) {
    return new LowRankDelta(
        factor(value.a(), stored), factor(value.b(), stored), value.transposed(), value.scaling());
  }

  private static Factor factor(StoredTensor matrix, Function<StoredTensor, TensorBytes> stored) {
    return new Factor(matrix.dtype(), matrix.shape(), stored.apply(matrix));
  }
}
