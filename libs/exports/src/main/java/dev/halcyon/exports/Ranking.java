package dev.halcyon.exports;

import java.util.List;
import java.util.function.Predicate;

/// The tensors of a model, each with how much it matters.
///
/// @param by what it is measured
/// @param model `base`, `ft1`, …
/// @param tensors in the order of a forward pass
public record Ranking(Quantity by, String model, List<ScoredTensor> tensors) {
  public Ranking {
    tensors = List.copyOf(tensors);
  }

  /// Those of a kind.
  ///
  /// @throws ExportException where there is none
  List<ScoredTensor> tensors(Predicate<ScoredTensor> wanted, String kind) {
    List<ScoredTensor> found = tensors.stream().filter(wanted).toList();
    if (found.isEmpty()) {
      throw new ExportException("the results of %s name no %s".formatted(model, kind));
    }
    return found;
  }

  /// Those that are matrices of linear layers.
  List<ScoredTensor> linear() {
    return tensors(ScoredTensor::isLinear, "linear layer");
  }
}
