package dev.halcyon.tensors.adapters;

import static java.util.Objects.requireNonNull;

import dev.halcyon.tensors.Shape;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;

/// The change of a weight by low-rank matrices, `scaling * B A`, computed on demand (Hu et al.
/// 2021, "LoRA: Low-Rank Adaptation of Large Language Models").
///
/// Written as `L R`, L of `[rows, rank]` and R of `[rank, columns]`: L is B and R is A, or, where
/// the weight is stored transposed, L is A and R is B, both transposed. R is read once and kept in
/// memory; the requested rows of L are read each time. Memory is 4 bytes x rank x columns.
///
/// An element's sum is taken over the rank in its order, in float32: the same bits wherever it is
/// computed. Safe for use by many threads if the bytes of the matrices are.
public final class LowRankDelta {
  /// Columns summed up at once: those of R stay in the second-level cache from row to row. R is
  /// held in strips of so many columns, so that loops over several arrays have one index for all of
  /// them: only then does the compiler make vectors of them, since arrays might be the same.
  private static final int STRIP = 1024;

  /// Rows of L read at once.
  private static final int ROWS = 256;

  private final Factor left;
  private final Factor right;
  private final boolean transposed;
  private final double scaling;
  private final long rows;
  private final long columns;

  /// R by strip and by the rank.
  private float[][][] held;

  /// @param a `[rank, in]`
  /// @param b `[out, rank]`
  /// @param transposed whether the weight is `[in, out]`, not `[out, in]`
  /// @throws IllegalArgumentException where the matrices have no rank in common
  public LowRankDelta(Factor a, Factor b, boolean transposed, double scaling) {
    requireNonNull(a, "a is null");
    requireNonNull(b, "b is null");
    if (a.rows() != b.columns()) {
      throw new IllegalArgumentException(
          "matrices of shapes " + a.shape() + " and " + b.shape() + " have no rank in common");
    }
    this.left = transposed ? a : b;
    this.right = transposed ? b : a;
    this.transposed = transposed;
    this.scaling = scaling;
    this.rows = transposed ? a.columns() : b.rows();
    this.columns = transposed ? b.rows() : a.columns();
  }

  /// Shape of the weight.
  public Shape shape() {
    return Shape.of(rows, columns);
  }

  /// What each sum is to be multiplied by.
  public double scaling() {
    return scaling;
  }

  /// Takes sums.
  public interface Sums {
    /// Takes the sums of elements that follow each other.
    ///
    /// @param at of the first one among the elements that were asked for
    /// @param sums some of them, to be read before the method returns
    /// @param from index of the first in `sums`
    void take(long at, float[] sums, int from, int count);
  }

  /// Computes a run of elements, row-major, not multiplied by the scaling yet.
  ///
  /// @param first element of the weight
  public void sums(long first, long count, Sums target) throws IOException {
    Objects.checkFromIndexSize(first, count, rows * columns);
    long end = first + count;
    for (long row = first / Math.max(1, columns); row * columns < end; row += ROWS) {
      int some = (int) Math.min(ROWS, Math.ceilDiv(end, columns) - row);
      block(row, leftRows(row, some), first, end, target);
    }
  }

  private float[][] leftRows(long first, int count) throws IOException {
    return transposed ? left.readColumns(first, count) : left.read(first, count);
  }

  private synchronized float[][][] right() throws IOException {
    if (held == null) {
      held =
          strips(
              transposed
                  ? right.readColumns(0, Math.toIntExact(right.columns()))
                  : right.read(0, Math.toIntExact(right.rows())));
    }
    return held;
  }

  private static float[][][] strips(float[][] matrix) {
    int columns = matrix[0].length;
    float[][][] strips = new float[Math.ceilDiv(columns, STRIP)][matrix.length][];
    for (int strip = 0; strip < strips.length; strip++) {
      int from = strip * STRIP;
      for (int k = 0; k < matrix.length; k++) {
        strips[strip][k] = Arrays.copyOfRange(matrix[k], from, Math.min(columns, from + STRIP));
      }
    }
    return strips;
  }

  /// Strip by strip, and in each row by row.
  private void block(long row, float[][] factors, long first, long end, Sums target)
      throws IOException {
    float[][][] strips = right();
    for (int strip = 0; strip < strips.length; strip++) {
      float[] sums = new float[strips[strip][0].length];
      for (int i = 0; i < factors.length; i++) {
        long start = (row + i) * columns + (long) strip * STRIP;
        int from = Math.clamp(first - start, 0, sums.length);
        int to = Math.clamp(end - start, 0, sums.length);
        if (from < to) {
          sum(factors[i], strips[strip], sums);
          target.take(start + from - first, sums, from, to - from);
        }
      }
    }
  }

  /// Four of the rank at a time, so that sums are loaded and stored a fourth as often; added in
  /// their order all the same.
  private static void sum(float[] factors, float[][] strip, float[] sums) {
    Arrays.fill(sums, 0);
    int k = 0;
    for (; k + 4 <= factors.length; k += 4) {
      addFour(factors, strip, k, sums);
    }
    for (; k < factors.length; k++) {
      addOne(factors[k], strip[k], sums);
    }
  }

  private static void addFour(float[] factors, float[][] strip, int k, float[] sums) {
    float f0 = factors[k];
    float f1 = factors[k + 1];
    float f2 = factors[k + 2];
    float f3 = factors[k + 3];
    float[] r0 = strip[k];
    float[] r1 = strip[k + 1];
    float[] r2 = strip[k + 2];
    float[] r3 = strip[k + 3];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = sums[i] + f0 * r0[i] + f1 * r1[i] + f2 * r2[i] + f3 * r3[i];
    }
  }

  private static void addOne(float factor, float[] row, float[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += factor * row[i];
    }
  }
}
