package dev.halcyon.analysis.similarity;

import dev.halcyon.contracts.SimilarityResult.TaskVectorPair;
import java.util.List;

/// The sums behind how two fine-tunes' changes relate.
final class ChangePairSums {
  private final int first;
  private final int second;
  private double xx;
  private double yy;
  private double xy;
  private long changed;
  private long conflicts;

  ChangePairSums(int first, int second) {
    this.first = first;
    this.second = second;
  }

  void add(double[][] row) {
    for (int c = 0; c < row[0].length; c++) {
      double x = row[first][c] - row[0][c];
      double y = row[second][c] - row[0][c];
      xx += x * x;
      yy += y * y;
      xy += x * y;
      if (x != 0 && y != 0) {
        changed++;
        conflicts += x < 0 != y < 0 ? 1 : 0;
      }
    }
  }

  TaskVectorPair result(List<ModelTensor> tensors) {
    String pair = tensors.get(first).model() + "_vs_" + tensors.get(second).model();
    boolean defined = Double.isFinite(xx) && Double.isFinite(yy) && xx > 0 && yy > 0;
    boolean counted = Double.isFinite(xx) && Double.isFinite(yy) && changed > 0;
    return new TaskVectorPair(
        pair,
        defined ? xy / Math.sqrt(xx) / Math.sqrt(yy) : Double.NaN,
        counted ? (double) conflicts / changed : Double.NaN);
  }
}
