package dev.halcyon.analysis.similarity;

import dev.halcyon.analysis.similarity.Comparison.Pair;
import dev.halcyon.contracts.results.SimilarityResult.TaskVectorPair;
import dev.halcyon.contracts.results.SimilarityResult.TaskVectorStatistics;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// What is summed up over all elements of the base and of the fine-tunes' changes against it.
final class ChangeTotals {
  private static final double SMALLEST_MEAN_SQUARE = 0x1p-120;

  private final Comparison comparison;
  private final List<ChangeSums> changes;
  private final List<ChangePairSums> pairs;

  /// Of the base's elements, scaled by `2^-baseExponent`.
  double baseSquares;

  int baseExponent;

  ChangeTotals(Comparison comparison) {
    this.comparison = comparison;
    this.changes = Stream.generate(ChangeSums::new).limit(comparison.fineTunes().size()).toList();
    this.pairs =
        Stream.generate(ChangePairSums::new).limit(comparison.fineTunePairs().size()).toList();
  }

  /// The sums of a fine-tune, by the model's index.
  ChangeSums change(int model) {
    return changes.get(model - 1);
  }

  /// The sums of a pair, by its place among the comparison's pairs of fine-tunes.
  ChangePairSums pair(int index) {
    return pairs.get(index);
  }

  void clear() {
    baseSquares = 0;
    changes.forEach(ChangeSums::clear);
    pairs.forEach(ChangePairSums::clear);
  }

  void add(ChangeTotals other) {
    baseSquares += other.baseSquares;
    for (int i = 0; i < changes.size(); i++) {
      changes.get(i).add(other.changes.get(i));
    }
    for (int i = 0; i < pairs.size(); i++) {
      pairs.get(i).add(other.pairs.get(i));
    }
  }

  /// Scales what will be added such that the largest of each kind lies near 1.
  ///
  /// @param largestBase size among the base's elements
  /// @param largestChanges size among each model's changes
  void scaleTo(double largestBase, double[] largestChanges) {
    baseExponent = Magnitudes.exponent(largestBase);
    for (int model : comparison.fineTunes()) {
      change(model).exponent = Magnitudes.exponent(largestChanges[model]);
    }
  }

  /// Empty totals of the same scales.
  ChangeTotals sameScales() {
    ChangeTotals same = new ChangeTotals(comparison);
    same.baseExponent = baseExponent;
    for (int i = 0; i < changes.size(); i++) {
      same.changes.get(i).exponent = changes.get(i).exponent;
    }
    return same;
  }

  /// Adds a row of each model; takes the base from the fine-tunes in place.
  void addRow(double[][] values, int columns) {
    double[] base = values[0];
    for (int model : comparison.fineTunes()) {
      change(model).addRow(base, values[model], columns);
    }
    for (int pair = 0; pair < pairs.size(); pair++) {
      Pair models = comparison.fineTunePairs().get(pair);
      pairs.get(pair).addRow(values[models.first()], values[models.second()], columns);
    }
    double scale = Magnitudes.scale(baseExponent);
    for (int i = 0; i < columns; i++) {
      baseSquares += base[i] * scale * (base[i] * scale);
    }
  }

  /// Whether float32 sums are good enough for every statistic that is defined.
  boolean certain(NonFiniteElements broken) {
    if (broken.has(0)) {
      return true;
    }
    long elements = comparison.elements();
    boolean baseInRange =
        Double.isFinite(baseSquares) && baseSquares >= elements * SMALLEST_MEAN_SQUARE;
    return baseInRange
        && comparison.fineTunes().stream()
            .allMatch(model -> broken.has(model) || change(model).certain(elements));
  }

  /// Each fine-tune's statistics, undefined where a model holds infinities or NaNs.
  List<TaskVectorStatistics> statistics(NonFiniteElements broken) {
    double baseNorm = Math.scalb(Math.sqrt(baseSquares), baseExponent);
    List<TaskVectorStatistics> results = new ArrayList<>();
    for (int model : comparison.fineTunes()) {
      String name = comparison.model(model);
      results.add(
          broken.has(0) || broken.has(model)
              ? ChangeSums.undefined(name)
              : change(model).result(name, comparison.elements(), baseNorm));
    }
    return results;
  }

  /// Each pair's statistics, undefined where a model holds infinities or NaNs.
  List<TaskVectorPair> pairStatistics(NonFiniteElements broken) {
    List<TaskVectorPair> results = new ArrayList<>();
    for (Pair pair : comparison.fineTunePairs()) {
      String name = comparison.name(pair);
      results.add(
          broken.has(0) || broken.has(pair.first()) || broken.has(pair.second())
              ? ChangePairSums.undefined(name)
              : pair(results.size()).result(name, change(pair.first()), change(pair.second())));
    }
    return results;
  }
}
