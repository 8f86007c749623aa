package dev.halcyon.analysis.divergence;

import dev.halcyon.contracts.results.DivergenceOutcome;
import dev.halcyon.contracts.results.DivergenceOutcome.Alone;
import dev.halcyon.contracts.results.DivergenceOutcome.Tensor;
import dev.halcyon.contracts.results.DivergenceOutcome.Trial;
import dev.halcyon.contracts.results.DivergenceOutcomes;
import dev.halcyon.contracts.results.DivergenceOutcomes.BaseFisher;
import dev.halcyon.contracts.results.DivergenceOutcomes.LayersAlone;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Merges the outcomes of several ranges of samples. Most numbers belong to one sample and are
/// concatenated. Fisher information and its derived values are means over the samples of a range;
/// the merge takes their mean, weighted by samples.
public final class DivergenceMerge {
  private final List<DivergenceOutcomes> counting;

  private DivergenceMerge(List<DivergenceOutcomes> counting) {
    this.counting = counting;
  }

  /// Puts ranges together.
  ///
  /// @param ranges in order
  /// @throws IllegalArgumentException where there are none, or they differ in their models, the
  ///   models' tensors, or the layers measured alone
  public static DivergenceOutcomes of(List<DivergenceOutcomes> ranges) {
    if (ranges.isEmpty()) {
      throw new IllegalArgumentException("no ranges");
    }
    DivergenceMerge merge =
        new DivergenceMerge(
            ranges.stream()
                .filter(range -> !range.fineTunes().getFirst().samples().isEmpty())
                .toList());
    List<DivergenceOutcome> merged = new ArrayList<>();
    for (int i = 0; i < ranges.getFirst().fineTunes().size(); i++) {
      int place = i;
      merged.add(
          merge.fineTune(ranges.stream().map(range -> range.fineTunes().get(place)).toList()));
    }
    return new DivergenceOutcomes(ranges.getFirst().base(), merge.fisher(), merged);
  }

  /// Puts ranges together with what was measured of layers alone.
  ///
  /// @param alone of each range; empty where that was not asked for
  public static DivergenceOutcomes of(List<DivergenceOutcomes> ranges, List<LayersAlone> alone) {
    DivergenceOutcomes merged = of(ranges);
    if (alone.isEmpty()) {
      return merged;
    }
    List<DivergenceOutcome> fineTunes = new ArrayList<>();
    for (int i = 0; i < merged.fineTunes().size(); i++) {
      int place = i;
      fineTunes.add(
          merged
              .fineTunes()
              .get(i)
              .with(alone(alone.stream().map(range -> range.fineTunes().get(place)).toList())));
    }
    return new DivergenceOutcomes(merged.base(), merged.fisher(), fineTunes);
  }

  private Optional<BaseFisher> fisher() {
    if (counting.isEmpty() || counting.stream().anyMatch(range -> range.fisher().isEmpty())) {
      return Optional.empty();
    }
    List<BaseFisher> parts = counting.stream().map(range -> range.fisher().orElseThrow()).toList();
    Map<String, Double> sums = new LinkedHashMap<>();
    for (String tensor : parts.getFirst().sums().keySet()) {
      sums.put(tensor, mean(parts, part -> part.sums().get(tensor)));
    }
    return Optional.of(new BaseFisher(parts.stream().mapToLong(BaseFisher::samples).sum(), sums));
  }

  /// The mean over the samples of the Fisher information; not defined without it.
  ///
  /// @param parts of the ranges that count
  private <T> double mean(List<T> parts, ToDoubleFunction<T> value) {
    double sum = 0;
    double total = 0;
    for (int i = 0; i < parts.size(); i++) {
      double samples = counting.get(i).fisher().map(BaseFisher::samples).orElse(0L);
      sum += samples * value.applyAsDouble(parts.get(i));
      total += samples;
    }
    return sum / total;
  }

  private DivergenceOutcome fineTune(List<DivergenceOutcome> ranges) {
    DivergenceOutcome first = ranges.getFirst();
    List<DivergenceOutcome> used =
        ranges.stream().filter(range -> !range.samples().isEmpty()).toList();
    used.forEach(range -> requireSame(used.getFirst(), range));
    return new DivergenceOutcome(
        first.model(),
        first.checkpoint(),
        first.vocabulary(),
        all(ranges, DivergenceOutcome::samples),
        ranges.stream().mapToLong(DivergenceOutcome::tooShort).sum(),
        all(ranges, DivergenceOutcome::leftOut),
        trials(used),
        tensors(used),
        List.of());
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

  private List<Tensor> tensors(List<DivergenceOutcome> ranges) {
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
              mean(parts, Tensor::diagonalProxy)));
    }
    return tensors;
  }

  private static List<Alone> alone(List<List<Alone>> ranges) {
    List<Alone> layers = new ArrayList<>();
    for (int i = 0; i < ranges.getFirst().size(); i++) {
      int place = i;
      List<Alone> parts = ranges.stream().map(range -> range.get(place)).toList();
      String layer = parts.getFirst().layer();
      if (!parts.stream().allMatch(part -> part.layer().equals(layer))) {
        throw new IllegalArgumentException("the ranges differ in the layers measured alone");
      }
      layers.add(new Alone(layer, all(parts, Alone::only), all(parts, Alone::allBut)));
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
            Stream.of(outcome.model(), "" + outcome.vocabulary().compared()),
            outcome.tensors().stream().map(Tensor::parameter))
        .collect(Collectors.joining("\n"));
  }

  private static <T, R> List<R> all(List<T> parts, Function<T, List<R>> values) {
    return parts.stream().flatMap(part -> values.apply(part).stream()).toList();
  }
}
