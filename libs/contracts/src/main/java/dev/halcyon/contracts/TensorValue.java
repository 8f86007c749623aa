package dev.halcyon.contracts;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/// How a tensor's elements are made of stored ones. Models are compared, and computed, by the
/// elements that come out.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = TensorValue.Plain.class, name = "plain"),
  @JsonSubTypes.Type(value = TensorValue.Scaled.class, name = "scaled")
})
public sealed interface TensorValue permits TensorValue.Plain, TensorValue.Scaled {
  /// Type of the elements, as a safetensors header spells it.
  String dtype();

  /// Shape of the tensor.
  List<Long> shape();

  /// What a reader reads, in a fixed order.
  List<StoredTensor> stored();

  /// The first rows of a matrix.
  TensorValue firstRows(long rows);

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
    public String dtype() {
      return elements.dtype();
    }

    @Override
    public List<Long> shape() {
      return elements.shape();
    }

    @Override
    public List<StoredTensor> stored() {
      return List.of(elements);
    }

    @Override
    public Plain firstRows(long rows) {
      return new Plain(elements.part(0, List.of(rows, shape().getLast())));
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
      if (block.size() != codes.shape().size()) {
        throw new InvalidMessageException(
            "tensor %s of shape %s has no blocks of %s"
                .formatted(codes.name(), codes.shape(), block));
      }
    }

    @Override
    public String dtype() {
      return "F32";
    }

    @Override
    public List<Long> shape() {
      return codes.shape();
    }

    @Override
    public List<StoredTensor> stored() {
      return List.of(codes, scales);
    }

    @Override
    public Scaled firstRows(long rows) {
      return new Scaled(codes.part(0, List.of(rows, shape().getLast())), scales, block);
    }
  }
}
