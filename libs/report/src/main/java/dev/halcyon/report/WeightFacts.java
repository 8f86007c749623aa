package dev.halcyon.report;

import dev.halcyon.contracts.request.ModelName;
import dev.halcyon.contracts.request.ModelName.Pair;
import dev.halcyon.contracts.results.Report.PairSummary;
import dev.halcyon.contracts.results.Report.RollUp;
import dev.halcyon.contracts.results.Summary;
import dev.halcyon.report.Statement.View;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;

/// What the comparison of weights says.
final class WeightFacts {
  /// Cosines of changes beyond this are called a common direction, below its tenth none.
  private static final double COMMON = 0.5;

  private final ReportContent content;
  private final List<TensorEntry> tensors;

  WeightFacts(ReportContent content, List<TensorEntry> tensors) {
    this.content = content;
    this.tensors = tensors;
  }

  private boolean compared() {
    return !content.tensors().isEmpty();
  }

  /// How much changed.
  List<Statement> extent() {
    if (!compared()) {
      return List.of(Statement.of("Not computed: weights were not compared.", View.RUN));
    }
    List<Statement> facts = new ArrayList<>();
    for (Pair pair : pairs()) {
      summary(pair).ifPresent(summary -> facts.add(distance(pair, summary.distance())));
      if (pair.involvesBase()) {
        facts.add(change(pair.second()));
      } else {
        directions(pair).ifPresent(facts::add);
      }
    }
    return facts;
  }

  private List<Pair> pairs() {
    return ModelName.pairs(content.models());
  }

  private Optional<PairSummary> summary(Pair pair) {
    return content.report().summary().stream()
        .filter(summary -> summary.pair().equals(pair.name()))
        .filter(summary -> summary.distance().count() > 0)
        .findFirst();
  }

  private Statement distance(Pair pair, Summary distance) {
    return Statement.of(
        "%s: 1 − cosine is %s on the average of %s tensors, from %s to %s."
            .formatted(
                content.label(pair),
                Numbers.text(distance.mean()),
                Numbers.count(distance.count()),
                Numbers.text(distance.min()),
                Numbers.text(distance.max())),
        View.HEAT_MAP,
        Metric.DISTANCE,
        pair.name());
  }

  private Statement change(String model) {
    double identical = elementMean(Metric.IDENTICAL.column(model));
    double median = median(Metric.RELATIVE_CHANGE.column(model));
    return Statement.of(
        "%s: %s of the elements are identical to the base's; the median tensor's relative change is %s."
            .formatted(content.label(model), Numbers.percent(identical), Numbers.text(median)),
        View.HEAT_MAP,
        Metric.RELATIVE_CHANGE,
        model);
  }

  private Optional<Statement> directions(Pair pair) {
    double cosine = mean(Metric.TASK_COSINE.column(pair.name()));
    double conflict = mean(Metric.SIGN_CONFLICT.column(pair.name()));
    return Double.isFinite(cosine)
        ? Optional.of(
            Statement.of(
                "Changes of %s: mean cosine %s over tensors, %s of signs opposite where both changed."
                    .formatted(
                        content.label(pair), Numbers.text(cosine), Numbers.percent(conflict)),
                View.HEAT_MAP,
                Metric.TASK_COSINE,
                pair.name()))
        : Optional.empty();
  }

  private DoubleStream defined(String column) {
    return tensors.stream().mapToDouble(one -> one.number(column)).filter(Double::isFinite);
  }

  private double mean(String column) {
    return defined(column).average().orElse(Double.NaN);
  }

  private double median(String column) {
    double[] sorted = defined(column).sorted().toArray();
    if (sorted.length == 0) {
      return Double.NaN;
    }
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  private double elementMean(String column) {
    double sum = 0;
    double elements = 0;
    for (TensorEntry tensor : tensors) {
      if (Double.isFinite(tensor.number(column))) {
        sum += tensor.number(column) * tensor.elements();
        elements += tensor.elements();
      }
    }
    return sum / elements;
  }

  /// Where it changed.
  List<Statement> places() {
    List<Statement> facts = new ArrayList<>();
    ComponentRows components = new ComponentRows(tensors);
    for (Pair pair : pairs().stream().filter(Pair::involvesBase).toList()) {
      largest(pair, content.report().layers(), "layer", View.DEPTH).ifPresent(facts::add);
      largest(pair, components.rollUps(content.report().components()), "component", View.COMPONENTS)
          .ifPresent(facts::add);
    }
    return facts;
  }

  private Optional<Statement> largest(Pair pair, List<RollUp> rollUps, String kind, View view) {
    List<RollUp> ranked =
        rollUps.stream()
            .filter(rollUp -> Double.isFinite(distance(rollUp, pair)))
            .sorted(Comparator.comparingDouble(rollUp -> -distance(rollUp, pair)))
            .toList();
    if (ranked.size() < 2) {
      return Optional.empty();
    }
    RollUp first = ranked.getFirst();
    RollUp last = ranked.getLast();
    return Optional.of(
        Statement.of(
            "%s: the %s with the largest mean distance is %s (%s), the one with the smallest %s (%s)."
                .formatted(
                    content.label(pair),
                    kind,
                    first.name(),
                    Numbers.text(distance(first, pair)),
                    last.name(),
                    Numbers.text(distance(last, pair))),
            view,
            Metric.DISTANCE,
            pair.name()));
  }

  private static double distance(RollUp rollUp, Pair pair) {
    return rollUp.pairs().stream()
        .filter(one -> one.pair().equals(pair.name()))
        .mapToDouble(one -> one.distance().mean())
        .findFirst()
        .orElse(Double.NaN);
  }

  /// How sure the numbers are.
  List<Statement> certainty() {
    return compared()
        ? List.of(
            Statement.of(
                "Weights are compared exactly, all elements of them: distances d are within 1e-9 +"
                    + " 2e-6 d of float64's.",
                View.TENSORS))
        : List.of();
  }

  /// What follows for two fine-tunes.
  List<Statement> inferences() {
    List<Statement> inferences = new ArrayList<>();
    for (Pair pair : pairs().stream().filter(one -> !one.involvesBase()).toList()) {
      double cosine = mean(Metric.TASK_COSINE.column(pair.name()));
      if (cosine >= COMMON || Math.abs(cosine) <= COMMON / 10) {
        inferences.add(
            Statement.of(
                "%s changed the base in %s (mean cosine of the changes %s)."
                    .formatted(
                        content.label(pair),
                        cosine >= COMMON ? "a common direction" : "nearly unrelated directions",
                        Numbers.text(cosine)),
                View.HEAT_MAP,
                Metric.TASK_COSINE,
                pair.name()));
      }
    }
    return inferences;
  }
}
