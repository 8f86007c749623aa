package dev.halcyon.analysis.similarity;

import dev.halcyon.contracts.results.SimilarityResult.NonFinite;
import java.util.ArrayList;
import java.util.List;

/// How many infinities and NaNs each model's tensor holds.
final class NonFiniteElements {
  private final Comparison comparison;
  private final long[] counts;

  NonFiniteElements(Comparison comparison) {
    this.comparison = comparison;
    this.counts = new long[comparison.models()];
  }

  void add(int model, long elements) {
    counts[model] += elements;
  }

  boolean has(int model) {
    return counts[model] > 0;
  }

  /// The models that have any.
  List<NonFinite> results() {
    List<NonFinite> results = new ArrayList<>();
    for (int model = 0; model < counts.length; model++) {
      if (has(model)) {
        results.add(new NonFinite(comparison.model(model), counts[model]));
      }
    }
    return results;
  }
}
