package dev.halcyon.tensors.kernels;

import java.util.Arrays;

/// The float32 sums of a kernel over the rows of a few tiles. The number of tiles is small because
/// float32 sums lose precision as they grow. [TileTotals] keeps the totals.
public final class TileSums {
  /// Index of the count of elements where y differs from x.
  public static final int Y_CHANGED = 0;

  /// Index of the count of elements where z differs from x.
  public static final int Z_CHANGED = 1;

  /// Index of the count of elements where both differ from x.
  public static final int BOTH_CHANGED = 2;

  /// Index of the count of elements where both differ from x, to opposite sides.
  public static final int OPPOSITE = 3;

  static final int COUNTS = 4;

  private final SumsLayout layout;
  private final float[] sums;
  private final int[] ranges = new int[4];
  private final long[] counts = new long[COUNTS];

  public TileSums(SumsLayout layout) {
    this.layout = layout;
    this.sums = new float[layout.length()];
  }

  /// Starts again with nothing added.
  public void clear() {
    Arrays.fill(sums, 0f);
    Arrays.fill(counts, 0);
    Arrays.fill(ranges, 0);
  }

  public SumsLayout layout() {
    return layout;
  }

  /// All planes, laid out as [#layout] says; the kernels add to it.
  public float[] sums() {
    return sums;
  }

  /// Widens the range of a model's changes.
  ///
  /// Ranges begin at zero, and are kept as the bits of floats: those of positive numbers compare
  /// like the numbers, and more than those of any negative one.
  ///
  /// @param model 1 for y, 2 for z
  /// @param least the bits of the smallest change, negated
  /// @param most the bits of the largest change
  public void widenRange(int model, int least, int most) {
    int at = (model - 1) * 2;
    ranges[at] = Math.max(ranges[at], least);
    ranges[at + 1] = Math.max(ranges[at + 1], most);
  }

  /// The smallest change, zero where none is negative.
  ///
  /// @param model 1 for y, 2 for z
  public float smallestChange(int model) {
    return -Float.intBitsToFloat(ranges[(model - 1) * 2]);
  }

  /// The largest change, zero where none is positive.
  ///
  /// @param model 1 for y, 2 for z
  public float largestChange(int model) {
    return Float.intBitsToFloat(ranges[(model - 1) * 2 + 1]);
  }

  /// By index, as [#Y_CHANGED]; the kernels add to it.
  public long[] counts() {
    return counts;
  }
}
