package dev.halcyon.analysis.similarity;

import dev.halcyon.contracts.results.SimilarityResult.PairSimilarity;
import dev.halcyon.tensors.kernels.LaneSum;
import java.util.BitSet;

/// A pair's columns as they become known: cosine and distance of each, and which of them float32
/// sums cannot tell.
///
/// With |x|, |y| and |x - y| summed up, the distance is `(|x - y|^2 - (|x| - |y|)^2) / (2 |x|
/// |y|)`. Where both terms of the numerator are much larger than their difference, as with scaled
/// copies, the sums' rounding shows. A sum's relative error [#SUM_ERROR] gives the distance the
/// error `SUM_ERROR (|x - y|^2 + ||x|^2 - |y|^2|) / (2 |x| |y|)`. Columns for which that is too
/// much are redone in float64: always those whose cosine would be wrong by [#COSINE_TOLERANCE], and
/// where the columns' errors together could be felt in the mean distance, all that are wrong by
/// more than the mean may be.
final class PairColumns {
  private static final double SMALLEST_NORM = 1e-8;

  /// Of a float32 sum in two levels of at most 8 and 32 terms; several times what is measured.
  private static final double SUM_ERROR = 0x1p-22;

  private static final double COSINE_TOLERANCE = 1e-6;

  /// Half of what the mean distance may be wrong by: this much, and this share of it.
  private static final double ABSOLUTE_TOLERANCE = 0.5e-9;

  private static final double RELATIVE_TOLERANCE = 1e-6;

  /// A row's square that is at least this large, on average, makes up for all that underflows: a
  /// fused multiply-add is then wrong by at most 2^-150, and the distance by 2^-41.
  private static final double SMALLEST_MEAN_SQUARE = 0x1p-110;

  private final long rows;
  private final double[] cosines;
  private final double[] distances;
  private final double[] errors;
  private final BitSet unknown;
  private long zeroColumns;

  PairColumns(long rows, int columns) {
    this.rows = rows;
    this.cosines = new double[columns];
    this.distances = new double[columns];
    this.errors = new double[columns];
    this.unknown = new BitSet(columns);
    this.zeroColumns = rows == 0 ? columns : 0;
  }

  /// Takes float32 sums of the columns from one on: squares of x, of y, and of their difference.
  void put(int first, double[] xx, double[] yy, double[] dd) {
    // Without a branch, so that the compiler does several columns at once.
    for (int i = 0; i < xx.length; i++) {
      double x = Math.sqrt(xx[i]);
      double y = Math.sqrt(yy[i]);
      double size = 2 * x * y;
      double distance = (dd[i] - (x - y) * (x - y)) / size;
      distance = Math.min(Math.max(distance, 0), 2);
      distances[first + i] = distance;
      cosines[first + i] = 1 - distance;
      errors[first + i] = SUM_ERROR * (dd[i] + Math.abs(xx[i] - yy[i])) / size;
    }
    double least = rows * SMALLEST_MEAN_SQUARE;
    for (int i = 0; i < xx.length; i++) {
      boolean certain = xx[i] >= least && yy[i] >= least && errors[first + i] <= COSINE_TOLERANCE;
      if (!certain) {
        putUnknown(first + i);
      }
    }
  }

  private void putUnknown(int column) {
    unknown.set(column);
    distances[column] = 0;
    errors[column] = 0;
  }

  /// Marks all columns as ones that float32 sums were not taken of.
  void putAllUnknown() {
    unknown.set(0, cosines.length);
  }

  /// Columns that must be redone, once all have been put.
  BitSet unknown() {
    int known = errors.length - unknown.cardinality();
    double tolerance = known * ABSOLUTE_TOLERANCE + RELATIVE_TOLERANCE * LaneSum.of(distances);
    if (LaneSum.of(errors) > tolerance) {
      for (int column = 0; column < errors.length; column++) {
        if (errors[column] > ABSOLUTE_TOLERANCE + RELATIVE_TOLERANCE * distances[column]) {
          unknown.set(column);
        }
      }
    }
    return unknown;
  }

  /// Takes a column's exact sums, of x scaled by `2^-xExponent` and y by `2^-yExponent`, which
  /// changes no cosine.
  void putExact(int column, double xx, double yy, double dd, int xExponent, int yExponent) {
    double x = Math.sqrt(xx);
    double y = Math.sqrt(yy);
    if (x == 0 || y == 0) {
      zeroColumns++;
      cosines[column] = 0;
      distances[column] = x == y ? 0 : 1;
    } else {
      double clamp = clamp(Math.scalb(x, xExponent)) * clamp(Math.scalb(y, yExponent));
      double distance = (dd - (x - y) * (x - y)) / (2 * x * y);
      distances[column] = Math.clamp(distance, 0, 2);
      cosines[column] = (1 - distances[column]) * clamp;
    }
  }

  /// What the clamp of a norm at 1e-8 leaves of the cosine.
  private static double clamp(double norm) {
    return Math.min(1, norm / SMALLEST_NORM);
  }

  /// The pair's result.
  PairSimilarity result(String name) {
    int columns = cosines.length;
    return new PairSimilarity(
        name,
        columns,
        LaneSum.of(cosines) / columns,
        LaneSum.of(distances) / columns,
        ColumnQuantiles.of(cosines),
        zeroColumns);
  }

  /// The result where one of the models holds infinities or NaNs: nothing but the zero columns.
  PairSimilarity undefined(String name) {
    return new PairSimilarity(
        name, cosines.length, Double.NaN, Double.NaN, ColumnQuantiles.UNDEFINED, zeroColumns);
  }
}
