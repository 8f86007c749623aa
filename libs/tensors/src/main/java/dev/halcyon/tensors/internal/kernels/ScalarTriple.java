package dev.halcyon.tensors.internal.kernels;

import dev.halcyon.tensors.kernels.Tile;
import dev.halcyon.tensors.kernels.TileSums;

/// Squares of three models and of their differences, one column at a time.
final class ScalarTriple {
  private ScalarTriple() {}

  /// Sums up the columns from `first` on.
  static void sum(Tile tile, int first, TileSums sums) {
    int plane = sums.layout().planeLength();
    for (int column = first; column < tile.columns(); column++) {
      long at = tile.offset() + (long) column * tile.format().bytes();
      float xx = 0;
      float yy = 0;
      float xy = 0;
      float zz = 0;
      float xz = 0;
      float yz = 0;
      for (int row = 0; row < tile.rows(); row++, at += tile.stride()) {
        float x = Element.get(tile.format(), tile.model(0), at);
        float y = Element.get(tile.format(), tile.model(1), at);
        float z = Element.get(tile.format(), tile.model(2), at);
        xx = Math.fma(x, x, xx);
        yy = Math.fma(y, y, yy);
        xy = Math.fma(y - x, y - x, xy);
        zz = Math.fma(z, z, zz);
        xz = Math.fma(z - x, z - x, xz);
        yz = Math.fma(z - y, z - y, yz);
      }
      int position = sums.layout().position(column);
      sums.sums()[position] += xx;
      sums.sums()[position + plane] += yy;
      sums.sums()[position + 2 * plane] += xy;
      sums.sums()[position + 3 * plane] += zz;
      sums.sums()[position + 4 * plane] += xz;
      sums.sums()[position + 5 * plane] += yz;
    }
  }
}
