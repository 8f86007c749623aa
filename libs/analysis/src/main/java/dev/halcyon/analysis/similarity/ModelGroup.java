package dev.halcyon.analysis.similarity;

import dev.halcyon.analysis.similarity.Comparison.Pair;
import dev.halcyon.tensors.kernels.SumsLayout.Plane;
import java.util.ArrayList;
import java.util.List;

/// Two or three models that one kernel call takes together. More models than three are covered by
/// several groups, all over the same panel while it is in the cache.
///
/// @param models by their index, rising; the first is the base where the group has changes
record ModelGroup(List<Integer> models) {
  ModelGroup {
    models = List.copyOf(models);
  }

  /// Groups that have every pair of the models, and with a base every pair of fine-tunes with it.
  static List<ModelGroup> of(Comparison comparison) {
    if (comparison.models() <= 3) {
      return List.of(
          new ModelGroup(
              java.util.stream.IntStream.range(0, comparison.models()).boxed().toList()));
    }
    List<ModelGroup> groups = new ArrayList<>();
    if (comparison.hasBase()) {
      for (Pair pair : comparison.fineTunePairs()) {
        groups.add(new ModelGroup(List.of(0, pair.first(), pair.second())));
      }
    } else {
      for (Pair pair : comparison.pairs()) {
        groups.add(new ModelGroup(List.of(pair.first(), pair.second())));
      }
    }
    return groups;
  }

  boolean has(Pair pair) {
    return models.contains(pair.first()) && models.contains(pair.second());
  }

  /// Where the model's squares are.
  Plane squares(int model) {
    return switch (models.indexOf(model)) {
      case 0 -> Plane.XX;
      case 1 -> Plane.YY;
      default -> Plane.ZZ;
    };
  }

  /// Where the squares of a pair's difference are.
  Plane differences(Pair pair) {
    if (models.indexOf(pair.first()) == 1) {
      return Plane.YZ;
    }
    return models.indexOf(pair.second()) == 1 ? Plane.XY : Plane.XZ;
  }

  /// Whether the model comes third.
  boolean isThird(int model) {
    return models.indexOf(model) == 2;
  }
}
