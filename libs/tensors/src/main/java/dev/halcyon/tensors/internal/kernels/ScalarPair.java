package dev.halcyon.tensors.internal.kernels;

import dev.halcyon.tensors.kernels.Tile;
import dev.halcyon.tensors.kernels.TileSums;

/// Squares of two models and of their difference, one column at a time.
final class ScalarPair {
  private ScalarPair() {}

  /// Sums up the columns from `first` on.
  static void sum(Tile tile, int first, TileSums sums) {
    int plane = sums.layout().planeLength();
    for (int column = first; column < tile.columns(); column++) {
      long at = tile.offset() + (long) column * tile.format().bytes();
      float xx = 0;
      float yy = 0;
      float xy = 0;
      for (int row = 0; row < tile.rows(); row++, at += tile.stride()) {
        float x = Element.get(tile.format(), tile.model(0), at);
        float y = Element.get(tile.format(), tile.model(1), at);
        float d = y - x;
        xx = Math.fma(x, x, xx);
        yy = Math.fma(y, y, yy);
        xy = Math.fma(d, d, xy);
      }
      int position = sums.layout().position(column);
      sums.sums()[position] += xx;
      sums.sums()[position + plane] += yy;
      sums.sums()[position + 2 * plane] += xy;
    }
  }
}
