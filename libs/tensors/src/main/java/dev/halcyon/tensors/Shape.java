package dev.halcyon.tensors;

import java.util.List;
import java.util.stream.Collectors;

/// The sizes of a tensor's dimensions, outermost first; a scalar has none.
///
/// For comparison column by column a tensor of two or more dimensions is a stack of `[rows,
/// columns]` matrices, and one of fewer is a single column.
///
/// @param dimensions sizes, none negative; their product fits a `long`
public record Shape(List<Long> dimensions) {
  public Shape {
    dimensions = List.copyOf(dimensions);
    long elements = 1;
    for (long size : dimensions) {
      if (size < 0) {
        throw new IllegalArgumentException("negative size in shape " + dimensions);
      }
      try {
        elements = Math.multiplyExact(elements, size);
      } catch (ArithmeticException e) {
        throw new IllegalArgumentException(
            "shape " + dimensions + " has more elements than a long holds", e);
      }
    }
  }

  public static Shape of(long... dimensions) {
    return new Shape(java.util.Arrays.stream(dimensions).boxed().toList());
  }

  public int rank() {
    return dimensions.size();
  }

  public long elements() {
    return dimensions.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
  }

  /// Matrices in the stack: the product of all sizes but the last two.
  public long stack() {
    return rank() <= 2 ? 1 : product(0, rank() - 2);
  }

  /// Rows of each matrix; a tensor of fewer than two dimensions has a row for each element.
  public long rows() {
    return rank() < 2 ? elements() : dimensions.get(rank() - 2);
  }

  /// Columns of each matrix; 1 for a tensor of fewer than two dimensions.
  public long columns() {
    return rank() < 2 ? 1 : dimensions.getLast();
  }

  private long product(int from, int to) {
    return dimensions.subList(from, to).stream()
        .mapToLong(Long::longValue)
        .reduce(1, (a, b) -> a * b);
  }

  /// Sizes joined by `x`, as `576x1536`; `scalar` where there are none.
  @Override
  public String toString() {
    return dimensions.isEmpty()
        ? "scalar"
        : dimensions.stream().map(String::valueOf).collect(Collectors.joining("x"));
  }
}
