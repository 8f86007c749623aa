package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.Objective;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// Products of per-sample gradients with changes at one node of the path, by tensor.
final class NodeProducts {
  private final Map<Objective, Map<String, double[]>> values = new EnumMap<>(Objective.class);
  private final Map<String, Squares> squares = new HashMap<>();
  private final Set<Objective> objectives;
  private final int samples;

  /// Sums of squares of the base's elements and of the change's.
  record Squares(double base, double change) {}

  /// @param known squares of tensors outside of layers
  NodeProducts(Set<Objective> objectives, int samples, Map<String, Squares> known) {
    this.objectives = objectives;
    this.samples = samples;
    squares.putAll(known);
    objectives.forEach(objective -> values.put(objective, new HashMap<>()));
  }

  Set<Objective> objectives() {
    return objectives;
  }

  /// Number of samples of the run.
  int samples() {
    return samples;
  }

  void squares(String tensor, double base, double change) {
    squares.put(tensor, new Squares(base, change));
  }

  Squares squares(String tensor) {
    return squares.get(tensor);
  }

  /// Adds to a tensor's products.
  ///
  /// @param more by number of sample
  void add(Objective objective, String tensor, double[] more) {
    double[] sums = values.get(objective).computeIfAbsent(tensor, name -> new double[samples]);
    for (int i = 0; i < samples; i++) {
      sums[i] += more[i];
    }
  }

  /// A tensor's products by number of sample; zeros where it does not change.
  double[] of(Objective objective, String tensor) {
    return values.get(objective).getOrDefault(tensor, new double[samples]);
  }
}
