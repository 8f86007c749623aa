package dev.halcyon.tensors.kernels;

import java.util.Arrays;

/// What a kernel sums up, in float32, over the rows of a few tiles; few, because float32 sums lose
/// bits as they grow. [TileTotals] keeps the totals.
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
  private final float[] ranges = new float[4];
  private final long[] counts = new long[COUNTS];
  private final int[] limits = new int[2];
  private final long[] doubtful = new long[2];

  public TileSums(SumsLayout layout) {
    this.layout = layout;
    this.sums = new float[layout.length()];
    reset();
  }

  /// Starts again for other tensors.
  public void reset() {
    clear();
    for (int end = 0; end < ranges.length; end++) {
      ranges[end] = end % 2 == 0 ? Float.POSITIVE_INFINITY : Float.NEGATIVE_INFINITY;
    }
  }

  /// Starts again with all sums and counts zero. Ranges go on widening: they are wanted over all of
  /// a tensor, and what is known of them already spares work.
  public void clear() {
    Arrays.fill(sums, 0f);
    Arrays.fill(counts, 0);
  }

  public SumsLayout layout() {
    return layout;
  }

  /// All planes, laid out as [#layout] says; the kernels add to it.
  public float[] sums() {
    return sums;
  }

  /// Where a model's range begins in [#ranges].
  ///
  /// @param model 1 for y, 2 for z
  public static int range(int model) {
    return (model - 1) * 2;
  }

  /// Smallest y - x, largest y - x, smallest z - x, largest z - x; infinite where there was no
  /// element. Changes whose squares underflow count as zero.
  public float[] ranges() {
    return ranges;
  }

  /// By index, as [#Y_CHANGED]; the kernels add to it.
  public long[] counts() {
    return counts;
  }

  /// For the kernels: what each model's squares of changes are compared with.
  public int[] limits() {
    return limits;
  }

  /// For the kernels: a bit for each strip in which each model's range may widen.
  public long[] doubtful() {
    return doubtful;
  }
}
