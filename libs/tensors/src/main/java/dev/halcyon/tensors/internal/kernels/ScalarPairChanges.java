package dev.halcyon.tensors.internal.kernels;

import dev.halcyon.tensors.kernels.Tile;
import dev.halcyon.tensors.kernels.TileSums;

/// The change of y against x, one column at a time.
final class ScalarPairChanges {
  private ScalarPairChanges() {}

  /// Sums up the columns from `first` on.
  static void sum(Tile tile, int first, TileSums sums) {
    ScalarPair.sum(tile, first, sums);
    int plane = sums.layout().planeLength();
    long changed = 0;
    int least = 0;
    int most = 0;
    for (int column = first; column < tile.columns(); column++) {
      long at = tile.offset() + (long) column * tile.format().bytes();
      float sum = 0;
      for (int row = 0; row < tile.rows(); row++, at += tile.stride()) {
        float x = Element.get(tile.format(), tile.model(0), at);
        float y = Element.get(tile.format(), tile.model(1), at);
        float d = y - x;
        sum += d;
        least = Math.max(least, Float.floatToRawIntBits(-d));
        most = Math.max(most, Float.floatToRawIntBits(d));
        changed += d != 0 ? 1 : 0;
      }
      sums.sums()[sums.layout().position(column) + 3 * plane] += sum;
    }
    sums.widenRange(1, least, most);
    sums.counts()[TileSums.Y_CHANGED] += changed;
  }
}
