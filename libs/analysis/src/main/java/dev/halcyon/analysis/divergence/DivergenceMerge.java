package dev.halcyon.analysis.divergence;

import dev.halcyon.contracts.DivergenceOutcome;
import dev.halcyon.contracts.DivergenceOutcome.Alone;
import dev.halcyon.contracts.DivergenceOutcome.Tensor;
import dev.halcyon.contracts.DivergenceOutcome.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Puts the outcomes of several ranges of samples together: every number is one of a sample, so
/// nothing is added up.
public final class DivergenceMerge {
  private DivergenceMerge() {}

  /// Puts ranges together.
  ///
  /// @param ranges of one fine-tune, in order
  /// @throws IllegalArgumentException where there are none, or they differ in the model, its
  ///   tensors, or the layers measured alone
  public static DivergenceOutcome of(List<DivergenceOutcome> ranges) {
    if (ranges.isEmpty()) {
      throw new IllegalArgumentException("no ranges");
    }
    DivergenceOutcome first = ranges.getFirst();
    List<DivergenceOutcome> counting =
        ranges.stream().filter(range -> !range.samples().isEmpty()).toList();
    counting.forEach(range -> requireSame(counting.getFirst(), range));
    return new DivergenceOutcome(
        first.model(),
        counting.isEmpty() ? first.vocabulary() : counting.getFirst().vocabulary(),
        all(ranges, DivergenceOutcome::samples),
        ranges.stream().mapToLong(DivergenceOutcome::tooShort).sum(),
        all(ranges, DivergenceOutcome::leftOut),
        trials(counting),
        tensors(counting),
        alone(counting));
  }

  /// Trials that all ranges made, and the last ones, whose values the tensors have: where ranges
  /// took different numbers of nodes, under the largest of them.
  private static List<Trial> trials(List<DivergenceOutcome> ranges) {
    if (ranges.isEmpty() || ranges.getFirst().trials().isEmpty()) {
      return List.of();
    }
    List<Trial> trials = new ArrayList<>();
    for (Trial trial : ranges.getFirst().trials()) {
      List<Trial> same =
          ranges.stream()
              .flatMap(range ->
                  range.trials().subList(0, range.trials().size() - 1).stream()
                      .filter(own -> own.nodes() == trial.nodes()))
              .toList();
      if (same.size() == ranges.size()) {
        trials.add(joined(trial.nodes(), same));
      }
    }
    List<Trial> last = ranges.stream().map(range -> range.trials().getLast()).toList();
    trials.add(joined(last.stream().mapToInt(Trial::nodes).max().orElseThrow(), last));
    return trials;
  }

  private static Trial joined(int nodes, List<Trial> trials) {
    return new Trial(nodes, all(trials, Trial::kl), all(trials, Trial::loss));
  }

  private static List<Tensor> tensors(List<DivergenceOutcome> ranges) {
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; !ranges.isEmpty() && i < ranges.getFirst().tensors().size(); i++) {
      int place = i;
      List<Tensor> parts = ranges.stream().map(range -> range.tensors().get(place)).toList();
      Tensor one = parts.getFirst();
      tensors.add(
          new Tensor(
              one.parameter(),
              one.shape(),
              one.baseSquares(),
              one.changeSquares(),
              all(parts, Tensor::kl),
              all(parts, Tensor::loss),
              one.diagonalProxy()));
    }
    return tensors;
  }

  private static List<Alone> alone(List<DivergenceOutcome> ranges) {
    List<Alone> layers = new ArrayList<>();
    for (int i = 0; !ranges.isEmpty() && i < ranges.getFirst().alone().size(); i++) {
      int place = i;
      List<Alone> parts = ranges.stream().map(range -> range.alone().get(place)).toList();
      layers.add(
          new Alone(parts.getFirst().layer(), all(parts, Alone::only), all(parts, Alone::allBut)));
    }
    return layers;
  }

  private static void requireSame(DivergenceOutcome one, DivergenceOutcome other) {
    if (!identity(one).equals(identity(other))) {
      throw new IllegalArgumentException(
          "the ranges of %s differ in what they are of".formatted(one.model()));
    }
  }

  private static String identity(DivergenceOutcome outcome) {
    return Stream.concat(
            Stream.of(outcome.model(), "" + outcome.vocabulary()),
            Stream.concat(
                outcome.tensors().stream().map(Tensor::parameter),
                outcome.alone().stream().map(Alone::layer)))
        .collect(Collectors.joining("\n"));
  }

  private static <T, R> List<R> all(List<T> parts, Function<T, List<R>> values) {
    return parts.stream().flatMap(part -> values.apply(part).stream()).toList();
  }
}
