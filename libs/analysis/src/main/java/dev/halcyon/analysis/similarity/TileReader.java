package dev.halcyon.analysis.similarity;

import dev.halcyon.analysis.similarity.tiles.Tiling;
import dev.halcyon.analysis.similarity.tiles.Tiling.Block;
import dev.halcyon.tensors.DType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// Reads blocks panel by panel: a few rows of every model at a time, so few that they stay in the
/// cache until they are summed up. Copying through a small buffer that way is faster than mapping
/// the file, whose pages would fault one by one.
final class TileReader {
  /// Bytes of a panel, all models together; about half a second-level cache.
  private static final long PANEL_BYTES = 576 << 10;

  private final Comparison comparison;
  private final MemorySegment[] panels;

  /// What is done with a panel.
  interface PanelReader {
    /// Takes a panel that has been read.
    ///
    /// @param rows of the panel, whose elements follow each other without a gap
    /// @param columns elements of a row
    void read(int rows, int columns) throws IOException;
  }

  /// @param panels memory for each model's panel, at least [#panelElements] each
  TileReader(Comparison comparison, MemorySegment[] panels) {
    this.comparison = comparison;
    this.panels = panels;
  }

  /// Elements that a model's panel has room for, whatever columns a block has up to so many.
  static long panelElements(Comparison comparison, int mostColumns) {
    long least = (long) Tiling.TILE_ROWS * mostColumns;
    return Math.max(least, PANEL_BYTES / elementBytes(comparison));
  }

  private static int panelRows(Comparison comparison, int columns) {
    long tiles = PANEL_BYTES / (elementBytes(comparison) * columns * Tiling.TILE_ROWS);
    return Tiling.TILE_ROWS * Math.clamp(tiles, 1, Tiling.BLOCK_ROWS / Tiling.TILE_ROWS);
  }

  /// Bytes that one element of each model takes.
  private static long elementBytes(Comparison comparison) {
    return comparison.tensors().stream().mapToLong(tensor -> tensor.dtype().bytes()).sum();
  }

  /// A model's panel, raw.
  MemorySegment panel(int model) {
    return panels[model];
  }

  /// Reads the block's rows from the top down, its tail last as a panel of one row.
  void read(Block block, PanelReader reader) throws IOException {
    int most = panelRows(comparison, block.columns());
    for (int row = 0; row < block.rows(); row += most) {
      int rows = Math.min(most, block.rows() - row);
      for (int model = 0; model < panels.length; model++) {
        fill(block, row, rows, model);
      }
      reader.read(rows, block.columns());
    }
    if (block.tail() > 0) {
      for (int model = 0; model < panels.length; model++) {
        fill(model, block.element() + block.rows() * block.stride(), 0, block.tail());
      }
      reader.read(1, block.tail());
    }
  }

  private void fill(Block block, int row, int rows, int model) throws IOException {
    long first = block.element() + row * block.stride();
    if (block.stride() == block.columns()) {
      fill(model, first, 0, rows * block.columns());
      return;
    }
    for (int i = 0; i < rows; i++) {
      fill(model, first + i * block.stride(), (long) i * block.columns(), block.columns());
    }
  }

  private void fill(int model, long element, long to, int elements) throws IOException {
    DType type = comparison.dtype(model);
    long bytes = type.bytes();
    MemorySegment target = panels[model].asSlice(to * bytes, elements * bytes);
    comparison.tensors().get(model).bytes().read(element * bytes, target);
  }
}
