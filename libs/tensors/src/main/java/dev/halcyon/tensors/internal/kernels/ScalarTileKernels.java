package dev.halcyon.tensors.internal.kernels;

import dev.halcyon.tensors.kernels.Tile;
import dev.halcyon.tensors.kernels.TileSums;

/// The kernels one column at a time: the specification of what each sum's bits are.
///
/// A column's sum over the tile's rows begins at zero, goes down the rows with fused multiply-adds,
/// and is then added to what [TileSums] holds. So sums are taken in two levels, each short: that
/// keeps a float32 total of 256 rows right to a few units in its last place, where one long chain
/// of BF16 squares drifts by ten times as much.
public final class ScalarTileKernels implements TileKernels {
  @Override
  public void pair(Tile tile, TileSums sums) {
    ScalarPair.sum(tile, 0, sums);
  }

  @Override
  public void triple(Tile tile, TileSums sums) {
    ScalarTriple.sum(tile, 0, sums);
  }

  @Override
  public void pairChanges(Tile tile, TileSums sums) {
    ScalarPairChanges.sum(tile, 0, sums);
  }

  @Override
  public void tripleChanges(Tile tile, TileSums sums) {
    ScalarTripleChanges.sum(tile, 0, sums);
  }

  @Override
  public String description() {
    return "scalar loops";
  }
}
