package dev.halcyon.tensors.internal.kernels;

import dev.halcyon.tensors.kernels.Tile;
import dev.halcyon.tensors.kernels.TileSums;

/// The kernels on vectors, one lane a column, so that no sum ever crosses lanes and the width
/// changes no bit.
///
/// All have one shape. A strip is as many columns as fill a vector with 32-bit words: a word holds
/// one float32, or two BF16 of neighbouring columns. Strip by strip the kernel goes down the tile's
/// rows with all accumulators in registers. Where changes are summed up too, the accumulators of
/// both BF16 elements of a word would not fit the registers: the rows are gone down twice, first
/// for the lower elements, which become float32 by a shift, then for the upper ones, which become
/// float32 by clearing the lower. A float32 stays what it is by a shift of nothing, and so shares
/// the first loop. Columns that fill no strip are left to the scalar twin.
///
/// Bits of floats are compared as integers where only the maximum or minimum is needed: as signed
/// integers positive floats are in their order, and above all negative ones; as unsigned ones
/// negative floats are above all positive ones, the most negative on top.
///
/// The loops are written out, in long methods, because a small method that takes or returns vectors
/// boxes them wherever the compiler does not inline it.
final class VectorTileKernels implements TileKernels {
  @Override
  public void pair(Tile tile, TileSums sums) {
    VectorPair.sum(tile, sums);
  }

  @Override
  public void triple(Tile tile, TileSums sums) {
    VectorTriple.sum(tile, sums);
  }

  @Override
  public void pairChanges(Tile tile, TileSums sums) {
    VectorPairChanges.sum(tile, sums);
  }

  @Override
  public void tripleChanges(Tile tile, TileSums sums) {
    VectorTripleChanges.sum(tile, sums);
  }

  @Override
  public String description() {
    return Species.BITS + "-bit vectors";
  }

  /// Columns of a strip.
  static int stripColumns(Tile tile) {
    return Species.LANES * (Float.BYTES / tile.format().bytes());
  }

  static int wholeStrips(Tile tile) {
    return tile.columns() / stripColumns(tile);
  }
}
