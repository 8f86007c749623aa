package dev.halcyon.tensors.kernels;

import static java.util.Objects.requireNonNull;

import java.util.List;

/// The sums that kernels compute for each column of a tile, and their layout: consecutive planes
/// with one number per column.
///
/// BF16 elements are processed in pairs, so their columns have another order: even columns first,
/// then odd columns from the middle of the plane. [#position] returns the position of a column.
///
/// @param models 2 or 3, called x, y and z
/// @param changes whether x is a base that changes are taken from
/// @param columns of the tiles
public record SumsLayout(Tile.Format format, int models, boolean changes, int columns) {
  /// Planes are padded to a multiple of this, so that two of the widest vectors fit their end.
  private static final int PADDING = 64;

  /// Numbers after a plane that nothing uses. Without them the planes of 1024 columns, or a
  /// multiple, would map to the same few lines of the first-level cache, and a kernel that adds to
  /// each in turn would take twice as long.
  private static final int GAP = 96;

  /// What is summed up for a column.
  public enum Plane {
    /// Squares of x.
    XX,
    /// Squares of y.
    YY,
    /// Squares of y - x.
    XY,
    /// Squares of z.
    ZZ,
    /// Squares of z - x.
    XZ,
    /// Squares of z - y.
    YZ,
    /// y - x.
    Y_CHANGE,
    /// z - x.
    Z_CHANGE,
    /// Products of y - x and z - x.
    CHANGE_PRODUCT
  }

  private static final List<Plane> PAIR = List.of(Plane.XX, Plane.YY, Plane.XY);
  private static final List<Plane> PAIR_CHANGES =
      List.of(Plane.XX, Plane.YY, Plane.XY, Plane.Y_CHANGE);
  private static final List<Plane> TRIPLE =
      List.of(Plane.XX, Plane.YY, Plane.XY, Plane.ZZ, Plane.XZ, Plane.YZ);
  private static final List<Plane> TRIPLE_CHANGES = List.of(Plane.values());

  public SumsLayout {
    requireNonNull(format, "format is null");
    if (models < 2 || models > 3) {
      throw new IllegalArgumentException("kernels take 2 or 3 models, not " + models);
    }
    if (columns < 0) {
      throw new IllegalArgumentException("negative number of columns " + columns);
    }
  }

  /// The planes there are, in the order they lie in.
  public List<Plane> planes() {
    if (models == 2) {
      return changes ? PAIR_CHANGES : PAIR;
    }
    return changes ? TRIPLE_CHANGES : TRIPLE;
  }

  /// Numbers in a plane.
  public int planeLength() {
    return Math.addExact(columns, PADDING - 1) / PADDING * PADDING + GAP;
  }

  /// Numbers in all planes together.
  public int length() {
    return Math.multiplyExact(planes().size(), planeLength());
  }

  /// Where a plane begins.
  public int start(Plane plane) {
    int index = planes().indexOf(plane);
    if (index < 0) {
      throw new IllegalArgumentException("no plane " + plane + " in " + planes());
    }
    return index * planeLength();
  }

  /// Where a column lies within its plane.
  public int position(int column) {
    return switch (format) {
      case BFLOAT16 -> (column >> 1) + (column & 1) * (planeLength() / 2);
      case FLOAT32 -> column;
    };
  }
}
