package dev.halcyon.exports;

import java.util.List;

/// Ranks of a LoRA adapter by importance: [#BASE] at the median, in proportion to the score in
/// powers of two, from a quarter of it to four times as much.
final class LoraRank {
  static final int BASE = 16;

  /// The adapter's scaling alpha / rank, the same for every module.
  static final int ALPHA_PER_RANK = 2;

  private static final int MOST_DOUBLINGS = 2;

  private final double median;

  LoraRank(List<ScoredTensor> matrices) {
    double[] positive =
        matrices.stream().mapToDouble(ScoredTensor::score).filter(s -> s > 0).sorted().toArray();
    this.median = positive.length == 0 ? Double.NaN : positive[positive.length / 2];
  }

  int of(ScoredTensor matrix) {
    if (Double.isNaN(median)) {
      return BASE;
    }
    double doublings = Math.log(Math.max(matrix.score(), 0) / median) / Math.log(2);
    int clamped = Math.clamp(Math.round(doublings), -MOST_DOUBLINGS, MOST_DOUBLINGS);
    return (int) Math.round(BASE * Math.pow(2, clamped));
  }
}
