package dev.halcyon.tensors.kernels;

import static java.util.Objects.requireNonNull;

import java.lang.foreign.MemorySegment;

/// The same few rows of two or three tensors, in memory.
///
/// One object serves many tiles, so that reading the next one allocates nothing.
public final class Tile {
  private final Format format;
  private final MemorySegment[] models;
  private long offset;
  private long stride;
  private int rows;
  private int columns;

  /// How elements lie in a tile, little-endian.
  public enum Format {
    BFLOAT16(2),
    FLOAT32(4);

    private final int bytes;

    Format(int bytes) {
      this.bytes = bytes;
    }

    /// Bytes an element takes.
    public int bytes() {
      return bytes;
    }
  }

  /// @param models each model's native memory, in the models' order; kept reachable by this tile,
  ///   and not to be closed while a kernel runs
  public Tile(Format format, MemorySegment... models) {
    this.format = requireNonNull(format, "format is null");
    this.models = models.clone();
    if (models.length < 2 || models.length > 3) {
      throw new IllegalArgumentException("a tile has 2 or 3 models, not " + models.length);
    }
    for (MemorySegment model : models) {
      if (!model.isNative()) {
        throw new IllegalArgumentException("a tile lies in native memory, not on the heap");
      }
    }
  }

  /// Has the tile show other rows.
  ///
  /// @param offset byte of the first row's first element, in each model's memory
  /// @param stride bytes from a row to the next
  /// @param rows at least 1
  /// @param columns elements of a row
  /// @throws IllegalArgumentException where they reach beyond a model's memory
  public void show(long offset, long stride, int rows, int columns) {
    long row = (long) columns * format.bytes();
    long end = offset + (rows - 1) * stride + row;
    for (MemorySegment model : models) {
      if (offset < 0 || stride < row || rows < 1 || columns < 0 || end > model.byteSize()) {
        throw new IllegalArgumentException(
            ("tile of %d rows of %d columns at byte %d, %d bytes from row to row, does not lie in"
                    + " memory of %d bytes")
                .formatted(rows, columns, offset, stride, model.byteSize()));
      }
    }
    this.offset = offset;
    this.stride = stride;
    this.rows = rows;
    this.columns = columns;
  }

  public Format format() {
    return format;
  }

  /// Number of models.
  public int models() {
    return models.length;
  }

  public MemorySegment model(int index) {
    return models[index];
  }

  public long offset() {
    return offset;
  }

  public long stride() {
    return stride;
  }

  public int rows() {
    return rows;
  }

  public int columns() {
    return columns;
  }
}
