package dev.halcyon.services.plotter;

import dev.halcyon.contracts.request.ModelName;
import dev.halcyon.contracts.request.ModelName.Pair;
import dev.halcyon.contracts.request.Rendering;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What figures call pairs of models.
final class PairLabels {
  private static final String BETWEEN = " – ";

  private final Map<String, String> labels = new LinkedHashMap<>();

  PairLabels(Rendering rendering) {
    for (String label : rendering.labels()) {
      labels.put(ModelName.of(labels.size()), label);
    }
  }

  String label(Pair pair) {
    return labels.get(pair.first()) + BETWEEN + labels.get(pair.second());
  }

  /// By the models' places, which are short whatever their labels are.
  static String shortName(Pair pair) {
    return pair.first() + BETWEEN + pair.second();
  }

  /// What places stand for, as `base is llama, ft1 is code`; empty where all are called by them.
  String key() {
    List<String> entries = new ArrayList<>();
    labels.forEach((place, label) -> {
      if (!place.equals(label)) {
        entries.add(place + " is " + label);
      }
    });
    return String.join(", ", entries);
  }
}
