package dev.halcyon.exports;

import java.util.List;
import java.util.Optional;

/// What a file is made of.
///
/// @param results that it is made of
/// @param ranking of the model's tensors
/// @param rule which tensors are chosen; empty for what the format takes without one
/// @param command that was given, as the user typed it
/// @param version of Halcyon
public record Export(
    Results results, Ranking ranking, Optional<Rule> rule, String command, String version) {
  /// What the rule, or [Rule#DEFAULT], chooses of the tensors.
  ///
  /// @throws ExportException where it chooses none
  Selection selection(List<ScoredTensor> tensors) {
    Selection selection = Selection.of(tensors, rule.orElse(Rule.DEFAULT));
    if (selection.chosen().isEmpty()) {
      throw new ExportException(
          "nothing is chosen of %d tensors: the largest %s is %s"
              .formatted(tensors.size(), ranking.by().meaning(), largest(tensors)));
    }
    return selection;
  }

  private static double largest(List<ScoredTensor> tensors) {
    return tensors.stream()
        .mapToDouble(ScoredTensor::score)
        .filter(score -> !Double.isNaN(score))
        .max()
        .orElse(Double.NaN);
  }

  /// Where the file comes from, in lines.
  List<String> provenance() {
    return new Provenance(this).lines();
  }
}
