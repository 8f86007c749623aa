package dev.halcyon.analysis.similarity;

import dev.halcyon.contracts.SimilarityResult.TaskVectorStatistics;
import java.util.List;

/// The sums behind the statistics of a fine-tune's change.
final class ChangeSums {
  private final int model;
  private long elements;
  private long identical;
  private double base;
  private double sum;
  private double squares;
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;

  ChangeSums(int model) {
    this.model = model;
  }

  void add(double[][] row) {
    for (int c = 0; c < row[0].length; c++) {
      double change = row[model][c] - row[0][c];
      base += row[0][c] * row[0][c];
      elements++;
      identical += change == 0 ? 1 : 0;
      sum += change;
      squares += change * change;
      min = Math.min(min, change);
      max = Math.max(max, change);
    }
  }

  TaskVectorStatistics result(List<ModelTensor> tensors) {
    double mean = sum / elements;
    double relative = squares == 0 ? 0 : base == 0 ? Double.NaN : Math.sqrt(squares / base);
    double variance = squares / elements - mean * mean;
    return Double.isFinite(squares) && Double.isFinite(base)
        ? new TaskVectorStatistics(
            tensors.get(model).model(),
            relative,
            (double) identical / elements,
            mean,
            Math.sqrt(Math.max(0, variance)),
            min,
            max)
        : undefined(tensors.get(model).model());
  }

  private static TaskVectorStatistics undefined(String model) {
    return new TaskVectorStatistics(
        model, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
  }
}
