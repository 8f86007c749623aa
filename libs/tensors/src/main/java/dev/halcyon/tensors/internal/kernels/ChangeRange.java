package dev.halcyon.tensors.internal.kernels;

import dev.halcyon.tensors.kernels.Tile;
import dev.halcyon.tensors.kernels.TileSums;

/// The smallest and largest change, looked for only where they may be.
///
/// A strip whose changes have squares that sum up to less than the square of the smallest change so
/// far, and to less than that of the largest, holds neither a smaller nor a larger one. That is the
/// case for nearly every strip, and costs a comparison a strip instead of two an element. What is
/// left is looked at one element at a time, outside of the vector loops: a branch in them that is
/// rarely taken would have them thrown away when it is.
///
/// A change whose square underflows counts as none: where all changes are that small, float32 sums
/// are of no use anyway.
final class ChangeRange {
  /// Leaves room for the rounding of the sums of squares.
  private static final float MARGIN = 1 - 0x1p-10f;

  /// Below it squares lose bits that the margin does not cover.
  private static final float SMALLEST_SQUARE = 0x1p-100f;

  /// Passes over nothing, not even strips without a change.
  private static final int NONE = 0;

  /// Passes over strips without a change.
  private static final int UNCHANGED = 1;

  private ChangeRange() {}

  /// Sets the limits: what a strip's sums of squares must stay below for the strip to be passed
  /// over, as the bits of a float. Without the sign they compare like the numbers, a NaN like more
  /// than any.
  static void limit(TileSums sums) {
    for (int model = 1; model < sums.layout().models(); model++) {
      sums.limits()[model - 1] = limit(sums.ranges(), TileSums.range(model));
    }
  }

  private static int limit(float[] ranges, int smallest) {
    float least = ranges[smallest];
    float most = ranges[smallest + 1];
    if (!(least <= 0 && most >= 0)) {
      return NONE;
    }
    float square = Math.min(least * least, most * most) * MARGIN;
    return square >= SMALLEST_SQUARE ? Float.floatToRawIntBits(square) : UNCHANGED;
  }

  /// Widens the ranges by the doubtful strips, and sets the limits anew.
  ///
  /// @param first strip, that of the lowest bit
  /// @param half of the BF16 words that is meant, 0 the lower; 0 for float32
  static void widen(Tile tile, int first, int half, TileSums sums) {
    for (int model = 1; model < tile.models(); model++) {
      long doubtful = sums.doubtful()[model - 1];
      if (doubtful != 0) {
        widen(tile, model, first, doubtful, half, sums.ranges());
        limit(sums);
      }
    }
  }

  private static void widen(
      Tile tile, int model, int first, long strips, int half, float[] ranges) {
    int width = VectorTileKernels.stripColumns(tile);
    int step = width / Species.LANES;
    for (long left = strips; left != 0; left &= left - 1) {
      int start = (first + Long.numberOfTrailingZeros(left)) * width;
      for (int column = start + half; column < start + width; column += step) {
        widen(tile, model, column, ranges);
      }
    }
  }

  private static void widen(Tile tile, int model, int column, float[] ranges) {
    long at = tile.offset() + (long) column * tile.format().bytes();
    for (int row = 0; row < tile.rows(); row++, at += tile.stride()) {
      float x = Element.get(tile.format(), tile.model(0), at);
      float y = Element.get(tile.format(), tile.model(model), at);
      widen(ranges, TileSums.range(model), y - x);
    }
  }

  /// Widens the range by one change, unless that is a NaN.
  ///
  /// @param smallest index of the range's lower end
  static void widen(float[] ranges, int smallest, float change) {
    float known = change * change == 0 ? 0 : change;
    ranges[smallest] = known < ranges[smallest] ? known : ranges[smallest];
    ranges[smallest + 1] = known > ranges[smallest + 1] ? known : ranges[smallest + 1];
  }
}
