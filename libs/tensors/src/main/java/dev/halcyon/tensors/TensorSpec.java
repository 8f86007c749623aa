package dev.halcyon.tensors;

import static java.util.Objects.requireNonNull;

/// A tensor that is going to be written.
///
/// @param name key in the checkpoint, not empty, of at most [SafetensorsHeader#MAX_NAME_LENGTH]
///   characters, none of them for control or formatting
/// @param dtype element type
/// @param shape sizes of its dimensions, outermost first
public record TensorSpec(String name, DType dtype, Shape shape) {
  public TensorSpec {
    requireNonNull(name, "name is null");
    requireNonNull(dtype, "dtype is null");
    requireNonNull(shape, "shape is null");
    if (name.isEmpty()
        || name.length() > SafetensorsHeader.MAX_NAME_LENGTH
        || Printable.hasUnprintable(name)
        || name.equals(HeaderJson.METADATA)) {
      throw new IllegalArgumentException("no tensor may be named " + Printable.of(name));
    }
    if (shape.rank() > SafetensorsHeader.MAX_RANK) {
      throw new IllegalArgumentException(
          "tensor "
              + name
              + " has "
              + shape.rank()
              + " dimensions, at most "
              + SafetensorsHeader.MAX_RANK
              + " are allowed");
    }
  }

  /// Bytes the tensor takes.
  ///
  /// @throws IllegalArgumentException where they are too many, or its elements do not fill whole
  ///   bytes
  public long bytes() {
    return dtype.bytes(shape);
  }
}
