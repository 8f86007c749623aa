package dev.halcyon.tensors;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// How a tensor's elements are cut into blocks that have a scale each.
///
/// @param shape of the tensor
/// @param block elements of a block along each dimension; those at a dimension's end may be cut
///   short
public record ScaleBlocks(Shape shape, List<Long> block) {
  /// Usual size of a block, where neither a config nor the shapes say it.
  private static final long USUAL = 128;

  public ScaleBlocks {
    requireNonNull(shape, "shape is null");
    block = List.copyOf(block);
    if (block.size() != shape.rank() || block.stream().anyMatch(size -> size < 1)) {
      throw new IllegalArgumentException("no blocks of " + block + " in " + shape);
    }
  }

  /// Elements from one to another in the order of rows that share a scale.
  interface RunReader {
    /// Takes some of the elements.
    ///
    /// @param from first of them, counted from the first one asked for
    void read(long from, long count, int block);
  }

  /// The blocks that the shape of the scales shows; empty where it fits no blocks.
  ///
  /// @param scales shape of them; one scale is for the whole tensor, and one for each row may be of
  ///   one dimension
  /// @param rowsAndColumns of a block as a config says, where it does
  public static Optional<ScaleBlocks> of(Shape shape, Shape scales, List<Long> rowsAndColumns) {
    if (scales.elements() == 1 && shape.elements() > 0) {
      return Optional.of(new ScaleBlocks(shape, shape.dimensions()));
    }
    Optional<List<Long>> counts = counts(shape, scales);
    if (counts.isEmpty()) {
      return Optional.empty();
    }
    List<Long> block = new ArrayList<>();
    for (int i = 0; i < shape.rank(); i++) {
      int fromEnd = shape.rank() - i;
      long said = rowsAndColumns.size() == 2 && fromEnd <= 2 ? rowsAndColumns.get(2 - fromEnd) : 0;
      block.add(size(shape.dimensions().get(i), counts.get().get(i), said));
    }
    return block.contains(0L) ? Optional.empty() : Optional.of(new ScaleBlocks(shape, block));
  }

  /// Scales along each dimension; dimensions that their shape leaves out at its end have one.
  private static Optional<List<Long>> counts(Shape shape, Shape scales) {
    List<Long> counts = new ArrayList<>(scales.dimensions());
    while (counts.size() < shape.rank()) {
      counts.add(1L);
    }
    return counts.size() == shape.rank() ? Optional.of(counts) : Optional.empty();
  }

  /// Elements of a block along a dimension, 0 where it cannot be cut into so many.
  private static long size(long elements, long count, long said) {
    if (count < 1 || count > elements) {
      return 0;
    }
    for (long size : new long[] {said, count == 1 ? elements : 0, USUAL}) {
      if (size > 0 && Math.ceilDiv(elements, size) == count) {
        return size;
      }
    }
    return elements % count == 0 ? elements / count : 0;
  }

  /// Number of blocks.
  public long count() {
    long count = 1;
    for (int i = 0; i < block.size(); i++) {
      count *= along(i);
    }
    return count;
  }

  private long along(int dimension) {
    return Math.ceilDiv(shape.dimensions().get(dimension), block.get(dimension));
  }

  /// Cuts a run of elements where the block changes.
  void runs(long first, long count, RunReader reader) {
    long columns = shape.rank() == 0 ? 1 : shape.dimensions().getLast();
    long width = shape.rank() == 0 ? 1 : block.getLast();
    for (long done = 0; done < count; ) {
      long element = first + done;
      long row = element / columns;
      long column = element % columns;
      long end = Math.min(columns, (column / width + 1) * width);
      long length = Math.min(count - done, end - column);
      reader.read(done, length, Math.toIntExact(firstOfRow(row) + column / width));
      done += length;
    }
  }

  /// The block of a row's first element, rows being counted over all dimensions but the last.
  private long firstOfRow(long row) {
    long number = 0;
    long stride = shape.rank() == 0 ? 1 : along(shape.rank() - 1);
    for (int i = shape.rank() - 2; i >= 0; i--) {
      long size = shape.dimensions().get(i);
      number += row % size / block.get(i) * stride;
      stride *= along(i);
      row /= size;
    }
    return number;
  }
}
