package dev.halcyon.report;

import dev.halcyon.contracts.results.DivergenceReport.Estimate;
import dev.halcyon.contracts.results.DivergenceReport.FineTune;
import dev.halcyon.contracts.results.DivergenceReport.Part;
import dev.halcyon.report.Statement.View;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What the measured divergence of the output says.
final class OutputFacts {
  private static final int NAMED = 3;

  /// Rank correlations from here on are called agreement; none is stated over fewer layers.
  private static final double AGREEMENT = 0.7;

  private static final int FEWEST_LAYERS = 5;

  private final ReportContent content;

  OutputFacts(ReportContent content) {
    this.content = content;
  }

  /// Whether it mattered, and through what.
  List<Statement> facts() {
    if (content.divergences().isEmpty()) {
      return List.of(
          Statement.of(
              "Not computed: the divergence of the output was not measured. Weights alone do not"
                  + " tell whether a change matters; `halcyon divergence` measures it.",
              View.RUN));
    }
    List<Statement> facts = new ArrayList<>();
    content.divergences().forEach(fineTune -> facts(fineTune, facts));
    return facts;
  }

  private void facts(FineTune fineTune, List<Statement> facts) {
    String label = content.label(fineTune.name());
    facts.add(
        Statement.of(
            "%s: KL(base ‖ fine-tune) is %s nats per token, the reverse %s; the most likely token differs at %s of positions."
                .formatted(
                    label,
                    Numbers.text(fineTune.measured().kl()),
                    Numbers.text(fineTune.measured().reverseKl()),
                    Numbers.percent(fineTune.measured().changedTop().value())),
            View.TEXTS));
    facts.add(
        Statement.of(
            "%s: the loss of the base on the texts, %s, changes by %s nats per token."
                .formatted(
                    label,
                    Numbers.text(fineTune.measured().baseLoss().value()),
                    Numbers.text(fineTune.measured().lossDifference())),
            View.TEXTS));
    if (hasKl(fineTune)) {
      facts.add(through(label, fineTune));
    }
  }

  private static boolean hasKl(FineTune fineTune) {
    return Double.isFinite(fineTune.attributed().attribution().value());
  }

  private static Statement through(String label, FineTune fineTune) {
    List<Part> ranked =
        fineTune.layers().stream()
            .sorted(Comparator.comparingDouble(part -> -part.attribution().value()))
            .toList();
    String named =
        ranked.stream()
            .limit(NAMED)
            .map(part -> part.name() + " " + Numbers.percent(part.share()))
            .collect(Collectors.joining(", "));
    return Statement.of(
        "%s: the largest parts of the divergence go through %s.".formatted(label, named),
        View.LAYERS,
        Metric.ATTRIBUTION,
        fineTune.name());
  }

  List<Statement> certainty() {
    List<Statement> facts = new ArrayList<>();
    for (FineTune fineTune : content.divergences()) {
      String label = content.label(fineTune.name());
      if (hasKl(fineTune) && !fineTune.trials().isEmpty()) {
        facts.add(residual(label, fineTune));
      }
      fineTune
          .warnings()
          .forEach(warning -> facts.add(Statement.of(label + ": " + warning + ".", View.TEXTS)));
    }
    return facts;
  }

  private static Statement residual(String label, FineTune fineTune) {
    double measured = fineTune.measured().kl().value();
    Estimate left = fineTune.trials().getLast().klResidual();
    return Statement.of(
        "%s: attributions add up to %s of the measured divergence with %d nodes (residual %s)."
            .formatted(
                label,
                Numbers.percent(1 - left.value() / measured),
                fineTune.trials().getLast().nodes(),
                Numbers.text(left)),
        View.LAYERS,
        Metric.ATTRIBUTION,
        fineTune.name());
  }

  List<Statement> inferences() {
    List<Statement> inferences = new ArrayList<>();
    for (FineTune fineTune : content.divergences()) {
      String label = content.label(fineTune.name());
      loss(label, fineTune.measured().lossDifference()).ifPresent(inferences::add);
      if (hasKl(fineTune)) {
        guide(label, fineTune, inferences);
      }
    }
    return inferences;
  }

  private static Optional<Statement> loss(String label, Estimate difference) {
    if (!Double.isFinite(difference.standardError()) || difference.standardError() == 0) {
      return Optional.empty();
    }
    double errors = difference.value() / difference.standardError();
    String text =
        Math.abs(errors) < 2
            ? "%s predicts these texts neither better nor worse than the base as far as the samples show: the difference in loss, %s, is within two standard errors of 0."
                .formatted(label, Numbers.text(difference))
            : "%s predicts these texts %s than the base: the difference in loss, %s, is %s standard errors from 0."
                .formatted(
                    label,
                    errors < 0 ? "better" : "worse",
                    Numbers.text(difference),
                    Numbers.text(Math.abs(errors)));
    return Optional.of(Statement.of(text, View.TEXTS));
  }

  /// Whether large changes are where the divergence comes from.
  private static void guide(String label, FineTune fineTune, List<Statement> inferences) {
    List<Part> parts =
        fineTune.layers().stream()
            .filter(part -> Double.isFinite(part.relativeChange()))
            .filter(part -> Double.isFinite(part.attribution().value()))
            .toList();
    if (parts.size() < FEWEST_LAYERS) {
      return;
    }
    double correlation =
        correlation(
            ranks(parts, Part::relativeChange), ranks(parts, part -> part.attribution().value()));
    if (Double.isFinite(correlation)) {
      inferences.add(
          Statement.of(
              "%s: how much a layer changed is %s guide to how much it mattered (rank correlation %s over %d layers)."
                  .formatted(
                      label,
                      correlation >= AGREEMENT ? "a fair" : "no safe",
                      Numbers.text(correlation),
                      parts.size()),
              View.IMPORTANCE,
              Metric.ATTRIBUTION,
              fineTune.name()));
    }
  }

  /// Ranks, equal values sharing their mean.
  private static double[] ranks(List<Part> parts, ToDoubleFunction<Part> value) {
    double[] values = parts.stream().mapToDouble(value).toArray();
    return IntStream.range(0, values.length)
        .mapToDouble(i -> {
          long below = IntStream.range(0, values.length).filter(j -> values[j] < values[i]).count();
          long equal =
              IntStream.range(0, values.length).filter(j -> values[j] == values[i]).count();
          return below + (equal - 1) / 2.0;
        })
        .toArray();
  }

  private static double correlation(double[] first, double[] second) {
    double middle = (first.length - 1) / 2.0;
    double products = 0;
    double firstSquares = 0;
    double secondSquares = 0;
    for (int i = 0; i < first.length; i++) {
      products += (first[i] - middle) * (second[i] - middle);
      firstSquares += (first[i] - middle) * (first[i] - middle);
      secondSquares += (second[i] - middle) * (second[i] - middle);
    }
    return products / Math.sqrt(firstSquares * secondSquares);
  }
}
