package dev.halcyon.analysis.similarity;

import dev.halcyon.analysis.similarity.tiles.Pass;
import dev.halcyon.analysis.similarity.tiles.Scratch;
import dev.halcyon.analysis.similarity.tiles.Tiling;
import dev.halcyon.analysis.similarity.tiles.Tiling.Block;

/// Takes float64 sums of all changes.
final class ChangePass implements Pass<ChangeTotals> {
  private final Comparison comparison;
  private final Tiling tiling;
  private final ChangeTotals totals;

  /// @param totals with their scales set, to be added to
  ChangePass(Comparison comparison, Tiling tiling, ChangeTotals totals) {
    this.comparison = comparison;
    this.tiling = tiling;
    this.totals = totals;
  }

  @Override
  public ChangeTotals newSums() {
    return totals.sameScales();
  }

  @Override
  public Reader<ChangeTotals> reader(Scratch scratch) {
    DoubleRows rows = new DoubleRows(comparison, tiling.unitColumns(), scratch);
    return (block, sums) -> {
      sums.clear();
      rows.read(block, sums::addRow);
    };
  }

  @Override
  public void merge(Block block, ChangeTotals sums) {
    totals.add(sums);
  }
}
