package dev.halcyon.tensors.kernels;

import dev.halcyon.tensors.kernels.SumsLayout.Plane;
import java.util.Arrays;

/// The float64 totals of many [TileSums] over the same columns.
///
/// Their last bits depend on the order in which sums are added: the same order gives the same bits.
public final class TileTotals {
  private final SumsLayout layout;
  private final double[] totals;
  private final float[] ranges = new float[4];
  private final long[] counts = new long[TileSums.COUNTS];

  public TileTotals(SumsLayout layout) {
    this.layout = layout;
    this.totals = new double[layout.length()];
    clear();
  }

  /// Starts again with nothing added.
  public void clear() {
    Arrays.fill(totals, 0);
    Arrays.fill(counts, 0);
    Arrays.fill(ranges, 0);
  }

  /// Adds a few tiles' sums.
  ///
  /// @throws IllegalArgumentException where the sums are laid out in another way
  public void add(TileSums sums) {
    if (!sums.layout().equals(layout)) {
      throw new IllegalArgumentException(
          "sums laid out as " + sums.layout() + " cannot be added to " + layout);
    }
    float[] more = sums.sums();
    for (int i = 0; i < totals.length; i++) {
      totals[i] += more[i];
    }
    for (int i = 0; i < counts.length; i++) {
      counts[i] += sums.counts()[i];
    }
    for (int model = 1; model < layout.models(); model++) {
      int at = (model - 1) * 2;
      ranges[at] = Math.min(ranges[at], sums.smallestChange(model));
      ranges[at + 1] = Math.max(ranges[at + 1], sums.largestChange(model));
    }
  }

  public SumsLayout layout() {
    return layout;
  }

  /// The totals of the first columns, in their order.
  public double[] columns(Plane plane, int count) {
    int start = layout.start(plane);
    if (layout.format() == Tile.Format.FLOAT32) {
      return Arrays.copyOfRange(totals, start, start + count);
    }
    double[] columns = new double[count];
    int upper = start + layout.planeLength() / 2;
    for (int pair = 0; pair < count / 2; pair++) {
      columns[2 * pair] = totals[start + pair];
      columns[2 * pair + 1] = totals[upper + pair];
    }
    if (count % 2 != 0) {
      columns[count - 1] = totals[start + count / 2];
    }
    return columns;
  }

  /// The sum of a plane's columns.
  public double sum(Plane plane) {
    int start = layout.start(plane);
    return LaneSum.of(totals, start, start + layout.planeLength());
  }

  /// A count over all elements.
  ///
  /// @param index as [TileSums#Y_CHANGED]
  public long count(int index) {
    return counts[index];
  }

  /// The smallest change of y (of z where `third`), zero where none is negative.
  public double smallestChange(boolean third) {
    return ranges[third ? 2 : 0] + 0.0;
  }

  /// The largest change of y (of z where `third`), zero where none is positive.
  public double largestChange(boolean third) {
    return ranges[third ? 3 : 1] + 0.0;
  }
}
