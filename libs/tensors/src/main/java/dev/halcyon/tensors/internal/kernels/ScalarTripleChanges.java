package dev.halcyon.tensors.internal.kernels;

import dev.halcyon.tensors.kernels.Tile;
import dev.halcyon.tensors.kernels.TileSums;

/// The changes of y and z against x, one column at a time.
///
/// Signs are compared as bits: a product of two tiny changes would underflow to zero.
final class ScalarTripleChanges {
  private ScalarTripleChanges() {}

  /// Sums up the columns from `first` on.
  static void sum(Tile tile, int first, TileSums sums) {
    ScalarTriple.sum(tile, first, sums);
    int plane = sums.layout().planeLength();
    for (int column = first; column < tile.columns(); column++) {
      long at = tile.offset() + (long) column * tile.format().bytes();
      float ySum = 0;
      float zSum = 0;
      float product = 0;
      for (int row = 0; row < tile.rows(); row++, at += tile.stride()) {
        float x = Element.get(tile.format(), tile.model(0), at);
        float y = Element.get(tile.format(), tile.model(1), at) - x;
        float z = Element.get(tile.format(), tile.model(2), at) - x;
        ySum += y;
        zSum += z;
        product = Math.fma(y, z, product);
        sums.widenRange(1, Float.floatToRawIntBits(-y), Float.floatToRawIntBits(y));
        sums.widenRange(2, Float.floatToRawIntBits(-z), Float.floatToRawIntBits(z));
        count(sums.counts(), y, z);
      }
      int position = sums.layout().position(column);
      sums.sums()[position + 6 * plane] += ySum;
      sums.sums()[position + 7 * plane] += zSum;
      sums.sums()[position + 8 * plane] += product;
    }
  }

  private static void count(long[] counts, float y, float z) {
    boolean both = y != 0 && z != 0;
    boolean opposite = (Float.floatToRawIntBits(y) ^ Float.floatToRawIntBits(z)) < 0;
    counts[TileSums.Y_CHANGED] += y != 0 ? 1 : 0;
    counts[TileSums.Z_CHANGED] += z != 0 ? 1 : 0;
    counts[TileSums.BOTH_CHANGED] += both ? 1 : 0;
    counts[TileSums.OPPOSITE] += both && opposite ? 1 : 0;
  }
}
