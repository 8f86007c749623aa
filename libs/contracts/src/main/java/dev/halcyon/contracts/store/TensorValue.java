package dev.halcyon.contracts.store;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.halcyon.contracts.json.InvalidMessageException;
import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.Shape;
import dev.halcyon.tensors.gguf.GgufType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// How a tensor's elements are made of stored ones. Models are compared, and computed, by the
/// elements that come out.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = TensorValue.Plain.class, name = "plain"),
  @JsonSubTypes.Type(value = TensorValue.Scaled.class, name = "scaled"),
  @JsonSubTypes.Type(value = TensorValue.Blocks.class, name = "blocks"),
  @JsonSubTypes.Type(value = TensorValue.LowRank.class, name = "low_rank"),
  @JsonSubTypes.Type(value = TensorValue.Unchanged.class, name = "unchanged")
})
public sealed interface TensorValue
    permits TensorValue.Plain,
        TensorValue.Scaled,
        TensorValue.Blocks,
        TensorValue.LowRank,
        TensorValue.Unchanged {
  /// Type of the elements.
  DType dtype();

  /// Shape of the tensor.
  Shape shape();

  /// What a reader reads, in a fixed order.
  List<StoredTensor> stored();

  /// The first rows of a matrix.
  TensorValue firstRows(long rows);

  /// Some rows of one matrix of a stack of matrices; empty where they cannot be read alone.
  ///
  /// @param number of the matrix in the stack
  /// @param first of the rows
  /// @param rows how many
  default Optional<TensorValue> matrix(long number, long first, long rows) {
    return Optional.empty();
  }

  /// Bytes that a reader reads.
  default long bytes() {
    return stored().stream().mapToLong(StoredTensor::bytes).sum();
  }

  /// The stored elements as they are.
  record Plain(StoredTensor elements) implements TensorValue {
    public Plain {
      requireNonNull(elements, "elements is null");
    }

    @Override
    public DType dtype() {
      return elements.dtype();
    }

    @Override
    public Shape shape() {
      return elements.shape();
    }

    @Override
    public List<StoredTensor> stored() {
      return List.of(elements);
    }

    @Override
    public Plain firstRows(long rows) {
      return new Plain(elements.part(0, Shape.of(rows, shape().columns())));
    }

    @Override
    public Optional<TensorValue> matrix(long number, long first, long rows) {
      long row = number * shape().rows() + first;
      long columns = shape().columns();
      return Optional.of(new Plain(elements.part(row * columns, Shape.of(rows, columns))));
    }
  }

  /// Each code times the scale of its block, as float32.
  ///
  /// @param codes of the shape of the tensor
  /// @param scales one for each block, row-major over blocks; there may be more than are used
  /// @param block elements of a block along each dimension of `codes`; blocks at the end of a
  ///   dimension may be cut short
  record Scaled(StoredTensor codes, StoredTensor scales, List<Long> block) implements TensorValue {
    public Scaled {
      requireNonNull(codes, "codes is null");
      requireNonNull(scales, "scales is null");
      block = List.copyOf(block);
      if (block.size() != codes.shape().rank()) {
        throw new InvalidMessageException(
            "tensor %s of shape %s has no blocks of %s"
                .formatted(codes.name(), codes.shape().dimensions(), block));
      }
    }

    @Override
    public DType dtype() {
      return DType.F32;
    }

    @Override
    public Shape shape() {
      return codes.shape();
    }

    @Override
    public List<StoredTensor> stored() {
      return List.of(codes, scales);
    }

    @Override
    public Scaled firstRows(long rows) {
      return new Scaled(codes.part(0, Shape.of(rows, shape().columns())), scales, block);
    }

    /// Scales of whole blocks only can be read alone, unless one scale is for all.
    @Override
    public Optional<TensorValue> matrix(long number, long first, long rows) {
      long height = block.get(1);
      boolean one = block.equals(shape().dimensions());
      if (!one && (block.getFirst() != 1 || first % Math.min(height, shape().rows()) != 0)) {
        return Optional.empty();
      }
      long columns = shape().columns();
      long row = number * shape().rows() + first;
      return Optional.of(
          new Scaled(
              codes.part(row * columns, Shape.of(rows, columns)),
              one ? scales : scales(number, first, rows),
              List.of(one ? rows : height, block.getLast())));
    }

    private StoredTensor scales(long number, long first, long rows) {
      long across = Math.ceilDiv(shape().columns(), block.getLast());
      long down = Math.ceilDiv(shape().rows(), block.get(1));
      long row = number * down + first / block.get(1);
      return scales.part(row * across, Shape.of(Math.ceilDiv(rows, block.get(1)), across));
    }
  }

  /// What the blocks of a GGUF file stand for, as float32.
  ///
  /// @param type of the blocks
  /// @param shape of the tensor
  /// @param blocks their bytes, a row of them for each row of the tensor
  /// @param heads whose rows llama.cpp interleaves; 0 where it does not
  /// @param added to each element
  record Blocks(GgufType type, Shape shape, StoredTensor blocks, long heads, double added)
      implements TensorValue {
    public Blocks {
      requireNonNull(type, "type is null");
      requireNonNull(shape, "shape is null");
      requireNonNull(blocks, "blocks is null");
    }

    @Override
    public DType dtype() {
      return DType.F32;
    }

    @Override
    public List<StoredTensor> stored() {
      return List.of(blocks);
    }

    /// @throws IllegalArgumentException where the first rows are not the first that are stored
    @Override
    public Blocks firstRows(long rows) {
      long all = shape.rows();
      if (heads != 0 || rows > all) {
        throw new IllegalArgumentException(
            "tensor %s of %d rows has no first %d".formatted(blocks.name(), all, rows));
      }
      StoredTensor part = blocks.part(0, Shape.of(rows, blocks.shape().columns()));
      return new Blocks(type, Shape.of(rows, shape.columns()), part, heads, added);
    }
  }

  /// A weight plus a scaled product of two matrices, as float32, or as float64 where the weight is:
  /// what a LoRA adapter makes of a tensor of its base.
  ///
  /// @param weight of the base
  /// @param a `[rank, in]`
  /// @param b `[out, rank]`
  /// @param transposed whether the weight is `[in, out]`, so that the transposed product is added
  /// @param scaling of the product
  record LowRank(
      TensorValue weight, StoredTensor a, StoredTensor b, boolean transposed, double scaling)
      implements TensorValue {
    public LowRank {
      requireNonNull(weight, "weight is null");
      requireNonNull(a, "a is null");
      requireNonNull(b, "b is null");
    }

    @Override
    public DType dtype() {
      return weight.dtype() == DType.F64 ? DType.F64 : DType.F32;
    }

    @Override
    public Shape shape() {
      return weight.shape();
    }

    @Override
    public List<StoredTensor> stored() {
      List<StoredTensor> stored = new ArrayList<>(weight.stored());
      stored.add(a);
      stored.add(b);
      return List.copyOf(stored);
    }

    @Override
    public LowRank firstRows(long rows) {
      return new LowRank(weight.firstRows(rows), a, b, transposed, scaling);
    }
  }

  /// The base's own tensor, which an adapter does not touch. It is known to be identical, so
  /// nothing is read to compare it.
  ///
  /// @param weight of the base
  record Unchanged(TensorValue weight) implements TensorValue {
    public Unchanged {
      requireNonNull(weight, "weight is null");
    }

    @Override
    public DType dtype() {
      return weight.dtype();
    }

    @Override
    public Shape shape() {
      return weight.shape();
    }

    @Override
    public List<StoredTensor> stored() {
      return List.of();
    }

    @Override
    public Unchanged firstRows(long rows) {
      return new Unchanged(weight.firstRows(rows));
    }
  }
}
