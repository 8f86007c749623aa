package dev.halcyon.analysis.similarity;

import dev.halcyon.analysis.similarity.Comparison.Pair;
import java.util.Arrays;
import java.util.List;

/// Float64 sums of a unit's columns: squares of each model, and of each pair's difference, all of
/// scaled elements.
final class ExactSums {
  private final List<Pair> pairs;

  /// Of each model's columns.
  final double[][] squares;

  /// Of each pair's columns.
  final double[][] differences;

  ExactSums(Comparison comparison, int columns) {
    this.pairs = comparison.pairs();
    this.squares = new double[comparison.models()][columns];
    this.differences = new double[pairs.size()][columns];
  }

  void clear() {
    for (double[] columns : squares) {
      Arrays.fill(columns, 0);
    }
    for (double[] columns : differences) {
      Arrays.fill(columns, 0);
    }
  }

  /// Adds a row of each model, scaling it in place.
  ///
  /// @param scales of each model's columns
  /// @param from first column that is wanted
  /// @param to end of the columns that are wanted
  void addRow(double[][] values, double[][] scales, int from, int to) {
    for (int model = 0; model < values.length; model++) {
      addSquares(squares[model], values[model], scales[model], from, to);
    }
    for (int pair = 0; pair < pairs.size(); pair++) {
      double[] first = values[pairs.get(pair).first()];
      double[] second = values[pairs.get(pair).second()];
      addDifferences(differences[pair], first, second, from, to);
    }
  }

  private static void addSquares(
      double[] target, double[] values, double[] scales, int from, int to) {
    for (int i = from; i < to; i++) {
      values[i] *= scales[i];
      target[i] += values[i] * values[i];
    }
  }

  private static void addDifferences(
      double[] target, double[] first, double[] second, int from, int to) {
    for (int i = from; i < to; i++) {
      double difference = second[i] - first[i];
      target[i] += difference * difference;
    }
  }

  void add(ExactSums other) {
    for (int model = 0; model < squares.length; model++) {
      add(squares[model], other.squares[model]);
    }
    for (int pair = 0; pair < differences.length; pair++) {
      add(differences[pair], other.differences[pair]);
    }
  }

  private static void add(double[] target, double[] more) {
    for (int i = 0; i < target.length; i++) {
      target[i] += more[i];
    }
  }
}
