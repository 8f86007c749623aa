package dev.halcyon.analysis.similarity;

import dev.halcyon.analysis.similarity.tiles.Pass;
import dev.halcyon.analysis.similarity.tiles.Scratch;
import dev.halcyon.analysis.similarity.tiles.Tiling;
import dev.halcyon.analysis.similarity.tiles.Tiling.Block;

/// Takes float64 sums of some of a unit's columns.
final class ExactPass implements Pass<ExactSums> {
  private final Comparison comparison;
  private final Tiling tiling;
  private final double[][] scales;
  private final int from;
  private final int to;
  private final ExactSums unit;

  /// @param scales of each model's columns
  /// @param from first column that is wanted
  /// @param to end of the columns that are wanted
  ExactPass(Comparison comparison, Tiling tiling, double[][] scales, int from, int to) {
    this.comparison = comparison;
    this.tiling = tiling;
    this.scales = scales;
    this.from = from;
    this.to = to;
    this.unit = newSums();
  }

  @Override
  public ExactSums newSums() {
    return new ExactSums(comparison, tiling.unitColumns());
  }

  @Override
  public Reader<ExactSums> reader(Scratch scratch) {
    DoubleRows rows = new DoubleRows(comparison, tiling.unitColumns(), scratch);
    return (block, sums) -> {
      sums.clear();
      rows.read(
          block, (values, columns) -> sums.addRow(values, scales, from, Math.min(to, columns)));
    };
  }

  @Override
  public void merge(Block block, ExactSums sums) {
    unit.add(sums);
  }

  /// The unit's sums, once all its blocks are merged.
  ExactSums result() {
    return unit;
  }
}
