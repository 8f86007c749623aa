package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.SampleDivergence;
import dev.halcyon.transformer.internal.decoder.Pack;

/// What was measured of each predicted token, in nats.
@SuppressWarnings("ArrayRecordComponent") // large, and never compared
record ComparedRows(
    double[] kl,
    double[] reverseKl,
    double[] baseLogSum,
    double[] baseLoss,
    double[] lossDifference,
    boolean[] changedTop) {
  /// Rows of the state that `compare_block_` fills.
  static final int STATE = 12;

  ComparedRows(int rows) {
    this(
        new double[rows],
        new double[rows],
        new double[rows],
        new double[rows],
        new double[rows],
        new boolean[rows]);
  }

  /// The state before the first block.
  static double[] begin(int rows) {
    double[] state = new double[STATE * rows];
    for (int lowest : new int[] {0, 8, 10}) {
      java.util.Arrays.fill(state, lowest * rows, (lowest + 1) * rows, Double.NEGATIVE_INFINITY);
    }
    return state;
  }

  /// Takes in the state after the last block.
  ///
  /// With e = d - c, P = sum p, mean m = sum p e / P and growth g = sum p expm1(e) / P the log of
  /// the normalisers' ratio is log1p(g), less c on both sides, and KL = log1p(g) - m.
  ///
  /// @param first row of the block of rows
  void take(int first, double[] state, int rows) {
    for (int i = 0; i < rows; i++) {
      double mass = state[rows + i];
      double ratio = Math.log1p(state[3 * rows + i] / mass);
      double labelDifference = state[6 * rows + i];
      int row = first + i;
      kl[row] = ratio - state[2 * rows + i] / mass;
      reverseKl[row] = state[4 * rows + i] / (mass + state[3 * rows + i]) - ratio;
      baseLogSum[row] = state[i] + Math.log(mass);
      baseLoss[row] = baseLogSum[row] - state[7 * rows + i];
      lossDifference[row] = ratio - labelDifference;
      changedTop[row] = state[9 * rows + i] != state[11 * rows + i];
    }
  }

  /// Means over a sample's rows.
  SampleDivergence sample(Sequence sample, Pack pack, int index) {
    int from = Math.toIntExact(pack.firstRow() + pack.start(index));
    int to = from + pack.length(index);
    return new SampleDivergence(
        sample.id(),
        to - from,
        mean(kl, from, to),
        mean(reverseKl, from, to),
        mean(baseLoss, from, to),
        mean(lossDifference, from, to),
        changed(from, to));
  }

  private int changed(int from, int to) {
    int count = 0;
    for (int row = from; row < to; row++) {
      count += changedTop[row] ? 1 : 0;
    }
    return count;
  }

  private static double mean(double[] values, int from, int to) {
    double sum = 0;
    for (int row = from; row < to; row++) {
      sum += values[row];
    }
    return sum / (to - from);
  }
}
