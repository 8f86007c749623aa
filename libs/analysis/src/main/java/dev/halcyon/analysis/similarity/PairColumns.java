package dev.halcyon.analysis.similarity;

import dev.halcyon.contracts.SimilarityResult.PairSimilarity;
import java.util.Arrays;
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
  private final BitSet unknown;
  private final BitSet doubtful;
  private double error;
  private double knownDistance;
  private long known;
  private long zeroColumns;

  PairColumns(long rows, int columns) {
    this.rows = rows;
    this.cosines = new double[columns];
    this.distances = new double[columns];
    this.unknown = new BitSet(columns);
    this.doubtful = new BitSet(columns);
    this.zeroColumns = rows == 0 ? columns : 0;
  }

  /// Takes a column's float32 sums: squares of x, of y, and of their difference.
  void put(int column, double xx, double yy, double dd) {
    double size = 2 * Math.sqrt(xx) * Math.sqrt(yy);
    double columnError = SUM_ERROR * (dd + Math.abs(xx - yy)) / size;
    double least = rows * SMALLEST_MEAN_SQUARE;
    boolean certain = xx >= least && yy >= least && columnError <= COSINE_TOLERANCE;
    if (!certain) {
      unknown.set(column);
      return;
    }
    set(column, Math.sqrt(xx), Math.sqrt(yy), dd, 1);
    error += columnError;
    knownDistance += distances[column];
    known++;
    if (columnError > ABSOLUTE_TOLERANCE + RELATIVE_TOLERANCE * distances[column]) {
      doubtful.set(column);
    }
  }

  /// Marks all columns as ones that float32 sums were not taken of.
  void putAllUnknown() {
    unknown.set(0, cosines.length);
  }

  /// Columns that must be redone, once all have been put.
  BitSet unknown() {
    if (error > known * ABSOLUTE_TOLERANCE + RELATIVE_TOLERANCE * knownDistance) {
      unknown.or(doubtful);
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
      set(column, x, y, dd, clamp);
    }
  }

  /// What the clamp of a norm at 1e-8 leaves of the cosine.
  private static double clamp(double norm) {
    return Math.min(1, norm / SMALLEST_NORM);
  }

  private void set(int column, double x, double y, double dd, double clamp) {
    double distance = (dd - (x - y) * (x - y)) / (2 * x * y);
    distances[column] = Math.clamp(distance, 0, 2);
    cosines[column] = (1 - distances[column]) * clamp;
  }

  /// The pair's result; to be asked for once, as it reorders the columns.
  PairSimilarity result(String name) {
    int columns = cosines.length;
    return new PairSimilarity(
        name,
        columns,
        Arrays.stream(cosines).sum() / columns,
        Arrays.stream(distances).sum() / columns,
        ColumnQuantiles.of(cosines),
        zeroColumns);
  }

  /// The result where one of the models holds infinities or NaNs: nothing but the zero columns.
  PairSimilarity undefined(String name) {
    return new PairSimilarity(
        name, cosines.length, Double.NaN, Double.NaN, ColumnQuantiles.UNDEFINED, zeroColumns);
  }
}
