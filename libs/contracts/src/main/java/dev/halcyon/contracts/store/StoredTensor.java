package dev.halcyon.contracts.store;

import static java.util.Objects.requireNonNull;

import dev.halcyon.contracts.store.TensorCopy.Location;
import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.Shape;

/// Elements as a checkpoint stores them: a whole tensor of it, or a run of one's rows or matrices.
///
/// @param name of the tensor in its checkpoint
/// @param dtype of the elements
/// @param shape of the elements that are read, the rest of the tensor left out
/// @param offset byte of the first of them, from the tensor's first byte
/// @param bytes that they take, little-endian and row-major
/// @param location where the tensor begins
public record StoredTensor(
    String name, DType dtype, Shape shape, long offset, long bytes, Location location) {
  public StoredTensor {
    requireNonNull(name, "name is null");
    requireNonNull(dtype, "dtype is null");
    requireNonNull(location, "location is null");
    requireNonNull(shape, "shape is null");
  }

  /// A tensor of which all elements are read.
  public static StoredTensor whole(
      String name, DType dtype, Shape shape, long bytes, Location location) {
    return new StoredTensor(name, dtype, shape, 0, bytes, location);
  }

  /// Elements that are read.
  public long elements() {
    return shape.elements();
  }

  /// The elements of that shape that begin `from` elements behind the first one.
  ///
  /// @throws IllegalArgumentException where they are not all among this one's, or where elements do
  ///   not take whole bytes
  public StoredTensor part(long from, Shape part) {
    long count = part.elements();
    long all = elements();
    if (from < 0 || from + count > all || bytes % Math.max(1, all) != 0) {
      throw new IllegalArgumentException(
          "tensor %s of %s %s has no part of %d elements at %d"
              .formatted(name, dtype, shape.dimensions(), count, from));
    }
    long each = all == 0 ? 0 : bytes / all;
    return new StoredTensor(name, dtype, part, offset + from * each, count * each, location);
  }
}
