package dev.halcyon.analysis.similarity;

import dev.halcyon.analysis.similarity.tiles.Scratch;
import dev.halcyon.analysis.similarity.tiles.Tiling.Block;
import dev.halcyon.tensors.kernels.Widening;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// Reads blocks row by row, as float64.
final class DoubleRows {
  private final Comparison comparison;
  private final TileReader reader;
  private final double[][] values;

  /// What is done with a row.
  interface RowReader {
    /// Takes the row's elements.
    ///
    /// @param values of each model
    /// @param columns elements of the row, at each array's beginning
    void read(double[][] values, int columns);
  }

  DoubleRows(Comparison comparison, int mostColumns, Scratch scratch) {
    this.comparison = comparison;
    long bytes = TileReader.panelElements(comparison, mostColumns) * Double.BYTES;
    this.reader = new TileReader(comparison, scratch.parts(comparison.models(), bytes));
    this.values = new double[comparison.models()][mostColumns];
  }

  /// Reads the block's rows from the top down, its tail last.
  void read(Block block, RowReader target) throws IOException {
    reader.read(
        block,
        (rows, columns) -> {
          for (int row = 0; row < rows; row++) {
            widen(row, columns);
            target.read(values, columns);
          }
        });
  }

  private void widen(int row, int columns) {
    for (int model = 0; model < values.length; model++) {
      long bytes = (long) columns * comparison.dtype(model).bytes();
      MemorySegment raw = reader.panel(model).asSlice(row * bytes, bytes);
      Widening.toDouble(comparison.dtype(model), raw, values[model], columns);
    }
  }
}
