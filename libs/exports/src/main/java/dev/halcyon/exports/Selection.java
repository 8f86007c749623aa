package dev.halcyon.exports;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a rule chooses of some tensors. A tensor whose score is not defined is never chosen.
///
/// @param chosen in the order of a forward pass
/// @param rest likewise
record Selection(List<ScoredTensor> chosen, List<ScoredTensor> rest) {
  private static final Comparator<ScoredTensor> LARGEST_FIRST =
      Comparator.comparingDouble(ScoredTensor::score).reversed().thenComparing(ScoredTensor::name);

  static Selection of(List<ScoredTensor> tensors, Rule rule) {
    Set<String> chosen =
        switch (rule) {
          case Rule.Top(double share) -> largest(tensors, share);
          case Rule.AtLeast(double score) ->
              names(tensors.stream().filter(tensor -> tensor.score() >= score));
        };
    Predicate<ScoredTensor> isChosen = tensor -> chosen.contains(tensor.key());
    return new Selection(
        tensors.stream().filter(isChosen).toList(),
        tensors.stream().filter(isChosen.negate()).toList());
  }

  private static Set<String> largest(List<ScoredTensor> tensors, double share) {
    double wanted = share * tensors.stream().mapToLong(ScoredTensor::elements).sum();
    List<ScoredTensor> ranked =
        tensors.stream()
            .filter(tensor -> !Double.isNaN(tensor.score()))
            .sorted(LARGEST_FIRST)
            .toList();
    int count = 0;
    for (long held = 0; count < ranked.size() && held < wanted; count++) {
      held += ranked.get(count).elements();
    }
    return names(ranked.stream().limit(count));
  }

  private static Set<String> names(Stream<ScoredTensor> tensors) {
    return tensors.map(ScoredTensor::key).collect(Collectors.toSet());
  }
}
