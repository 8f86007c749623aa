package dev.halcyon.analysis.similarity;

import dev.halcyon.analysis.similarity.tiles.Pass;
import dev.halcyon.analysis.similarity.tiles.Scratch;
import dev.halcyon.analysis.similarity.tiles.Tiling;
import dev.halcyon.analysis.similarity.tiles.Tiling.Block;

/// Finds the magnitudes of a unit. Sums over scaled elements need them: scaled by a power of two
/// such that the largest lies near 1, squares neither overflow nor underflow, and no two columns'
/// norms lie so far apart that their difference hides the distance.
final class MagnitudePass implements Pass<Magnitudes> {
  private final Comparison comparison;
  private final Tiling tiling;
  private final Magnitudes unit;

  MagnitudePass(Comparison comparison, Tiling tiling) {
    this.comparison = comparison;
    this.tiling = tiling;
    this.unit = newSums();
  }

  @Override
  public Magnitudes newSums() {
    return new Magnitudes(comparison.models(), tiling.unitColumns());
  }

  @Override
  public Reader<Magnitudes> reader(Scratch scratch) {
    DoubleRows rows = new DoubleRows(comparison, tiling.unitColumns(), scratch);
    return (block, sums) -> {
      sums.clear();
      rows.read(block, sums::addRow);
    };
  }

  @Override
  public void merge(Block block, Magnitudes sums) {
    unit.add(sums);
  }

  /// The unit's magnitudes, once all its blocks are merged.
  Magnitudes result() {
    return unit;
  }
}
