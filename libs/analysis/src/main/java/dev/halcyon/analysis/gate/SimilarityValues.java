package dev.halcyon.analysis.gate;

import dev.halcyon.contracts.job.Plan.SkippedTensor;
import dev.halcyon.contracts.job.SkipReason;
import dev.halcyon.contracts.request.ModelName;
import dev.halcyon.contracts.results.Report;
import dev.halcyon.contracts.results.Report.TensorRow;
import dev.halcyon.contracts.results.SimilarityResult.PairSimilarity;
import dev.halcyon.contracts.results.SimilarityResult.TaskVectorStatistics;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Quantities of a comparison of weights: of each fine-tune with the base, never of two fine-tunes.
final class SimilarityValues {
  private static final Set<SkipReason> DIFFERENCES = Set.of(SkipReason.MISSING, SkipReason.SHAPE);

  private final Evidence evidence;

  SimilarityValues(Evidence evidence) {
    this.evidence = evidence;
  }

  /// @throws UnknownPlaceException where no tensor of the models is there
  Value of(Quantity quantity, Place place) {
    return switch (quantity) {
      case MAX_DISTANCE -> largest(place, this::distance);
      case MEAN_DISTANCE -> mean(place);
      case MAX_RELATIVE_CHANGE -> largest(place, this::relativeChange);
      case SKIPPED -> Value.of((double) report().plan().skipped(), "tensors");
      case KL, REVERSE_KL, LOSS_DIFFERENCE, CHANGED_TOP ->
          throw new IllegalArgumentException(quantity + " is not of similarity");
    };
  }

  /// 1 where an element or a shape differs, or a tensor is missing; else 0.
  Value changed(Place place) {
    List<Value> found = new ArrayList<>();
    rows(place).forEach(row -> fineTunes().forEach(name -> found.addAll(change(row, name))));
    skipped(place).forEach(skip -> found.addAll(skipped(skip)));
    return joined(place, found);
  }

  private Report report() {
    return evidence.similarity().orElseThrow();
  }

  private List<String> fineTunes() {
    return ModelName.all(report().models().size()).stream()
        .filter(name -> !name.equals(ModelName.BASE))
        .toList();
  }

  private List<TensorRow> rows(Place place) {
    return report().results().stream().filter(row -> place.holds(row.tensorKey())).toList();
  }

  private List<SkippedTensor> skipped(Place place) {
    return report().skipped().stream().filter(skip -> place.holds(skip.tensor())).toList();
  }

  /// What a tensor's row says of a fine-tune.
  private interface OfTensor {
    OptionalDouble of(TensorRow row, String fineTune);
  }

  private OptionalDouble distance(TensorRow row, String fineTune) {
    String pair = ModelName.pair(ModelName.BASE, fineTune);
    return row.similarity().pairs().stream()
        .filter(found -> found.pair().equals(pair))
        .mapToDouble(PairSimilarity::distance)
        .findFirst();
  }

  private OptionalDouble relativeChange(TensorRow row, String fineTune) {
    return statistic(row, fineTune, TaskVectorStatistics::relativeChange);
  }

  private OptionalDouble identical(TensorRow row, String fineTune) {
    return statistic(row, fineTune, TaskVectorStatistics::identical);
  }

  private static OptionalDouble statistic(
      TensorRow row, String fineTune, Function<TaskVectorStatistics, Double> statistic) {
    return row.similarity().changes().stream()
        .filter(found -> found.model().equals(fineTune))
        .mapToDouble(statistic::apply)
        .findFirst();
  }

  private Value largest(Place place, OfTensor of) {
    List<Value> found = new ArrayList<>();
    for (TensorRow row : rows(place)) {
      for (String fineTune : fineTunes()) {
        of.of(row, fineTune).ifPresent(number -> found.add(value(number, row, fineTune)));
      }
    }
    return joined(place, found);
  }

  private Value mean(Place place) {
    List<Value> found = new ArrayList<>();
    for (String fineTune : fineTunes()) {
      List<Value> values = new ArrayList<>();
      for (TensorRow row : rows(place)) {
        distance(row, fineTune).ifPresent(number -> values.add(value(number, row, fineTune)));
      }
      values.stream()
          .reduce(Value::or)
          .ifPresent(any -> found.add(new Value(mean(values), label(fineTune), any.gap())));
    }
    return joined(place, found);
  }

  private static double mean(List<Value> values) {
    return values.stream().mapToDouble(Value::number).average().orElse(Double.NaN);
  }

  private List<Value> change(TensorRow row, String fineTune) {
    return identical(row, fineTune).stream()
        .map(share -> share < 1 ? 1 : 1 - share)
        .mapToObj(differs -> value(differs, row, fineTune))
        .toList();
  }

  private List<Value> skipped(SkippedTensor skip) {
    if (DIFFERENCES.contains(skip.reason())) {
      return List.of(Value.of(1, "%s: %s".formatted(skip.tensor(), skip.detail())));
    }
    return skip.reason() == SkipReason.EMPTY
        ? List.of(Value.of(0, skip.tensor()))
        : List.of(notCompared(skip));
  }

  private static Value notCompared(SkippedTensor skip) {
    return Value.undefined("%s is not compared: %s".formatted(skip.tensor(), skip.detail()));
  }

  private Value value(double number, TensorRow row, String fineTune) {
    return Double.isNaN(number)
        ? Value.undefined("not defined for %s of %s".formatted(row.tensorKey(), label(fineTune)))
        : Value.of(number, "%s of %s".formatted(row.tensorKey(), label(fineTune)));
  }

  private String label(String fineTune) {
    return evidence.labels().get(ModelName.all(evidence.labels().size()).indexOf(fineTune));
  }

  private Value joined(Place place, List<Value> values) {
    return values.stream().reduce(Value::or).orElseGet(() -> nothing(place));
  }

  private Value nothing(Place place) {
    if (rows(place).isEmpty() && skipped(place).isEmpty()) {
      throw new UnknownPlaceException(
          "no tensor is in %s; a place is a layer (%s) or the end of a tensor's key, as %s"
              .formatted(place.name(), layers(), report().results().getFirst().tensorKey()));
    }
    return skipped(place).stream()
        .findFirst()
        .map(SimilarityValues::notCompared)
        .orElseGet(() -> Value.undefined("no tensor of it is compared with the base"));
  }

  private String layers() {
    return report().layers().stream().map(Report.RollUp::name).collect(Collectors.joining(", "));
  }
}
