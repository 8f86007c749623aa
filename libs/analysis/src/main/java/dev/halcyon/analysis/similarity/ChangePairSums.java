package dev.halcyon.analysis.similarity;

import dev.halcyon.contracts.results.SimilarityResult.TaskVectorPair;

/// Sums over the elements of two fine-tunes' changes.
final class ChangePairSums {
  /// Of the products of scaled changes.
  double product;

  /// Elements that changed in both.
  long changed;

  /// Of those, how many changed to opposite sides.
  long opposite;

  void clear() {
    product = 0;
    changed = 0;
    opposite = 0;
  }

  /// Adds a row's scaled changes.
  void addRow(double[] first, double[] second, int columns) {
    for (int i = 0; i < columns; i++) {
      product += first[i] * second[i];
      boolean both = first[i] != 0 && second[i] != 0;
      changed += both ? 1 : 0;
      opposite += both && first[i] < 0 != second[i] < 0 ? 1 : 0;
    }
  }

  void add(ChangePairSums other) {
    product += other.product;
    changed += other.changed;
    opposite += other.opposite;
  }

  TaskVectorPair result(String name, ChangeSums first, ChangeSums second) {
    double size = Math.sqrt(first.squares) * Math.sqrt(second.squares);
    return new TaskVectorPair(
        name,
        size == 0 ? Double.NaN : Math.clamp(product / size, -1, 1),
        changed == 0 ? Double.NaN : (double) opposite / changed);
  }

  static TaskVectorPair undefined(String name) {
    return new TaskVectorPair(name, Double.NaN, Double.NaN);
  }
}
