package dev.halcyon.standalone;

import com.google.errorprone.annotations.FormatMethod;
import dev.halcyon.contracts.request.Analysis;
import dev.halcyon.contracts.request.ModelName;
import dev.halcyon.contracts.results.DivergenceReport;
import dev.halcyon.contracts.results.DivergenceReport.Estimate;
import dev.halcyon.contracts.results.DivergenceReport.FineTune;
import dev.halcyon.contracts.results.DivergenceReport.Measured;
import dev.halcyon.contracts.results.DivergenceReport.Part;
import dev.halcyon.contracts.results.FisherReport;
import dev.halcyon.contracts.results.Report;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What changed, what matters and what it did to the output, in one table for a terminal that needs
/// no manual.
final class AnalysisSummary {
  /// What it takes.
  static final List<Analysis> ANALYSES =
      List.of(Analysis.SIMILARITY, Analysis.FISHER, Analysis.DIVERGENCE);

  private static final int LAYERS = 12;
  private static final int NAMED = 3;

  private final Report report;
  private final DivergenceReport divergence;
  private final List<String> labels;

  /// @param report with [#ANALYSES]
  /// @param labels of the models, the base first
  AnalysisSummary(Report report, List<String> labels) {
    this.report = report;
    this.divergence = report.divergence().orElseThrow();
    this.labels = List.copyOf(labels);
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(
        format(
            "%s against %s, on %d texts of %d predicted tokens (%s):",
            String.join(" and ", labels.subList(1, labels.size())),
            labels.getFirst(),
            divergence.fineTunes().getFirst().samples().size(),
            divergence.fineTunes().getFirst().tokens(),
            divergence.calibration().source()));
    for (int i = 0; i < divergence.fineTunes().size(); i++) {
      lines.add("");
      lines.addAll(story(labels.get(i + 1), divergence.fineTunes().get(i)));
    }
    lines.add("");
    lines.addAll(table());
    lines.add("");
    lines.addAll(legend());
    lines.addAll(warnings());
    lines.addAll(new SummaryTable(report, labels).leftOut());
    return lines;
  }

  private static List<String> story(String label, FineTune fineTune) {
    Measured measured = fineTune.measured();
    return List.of(
        format(
            "%s: the weights changed by %s of their size, and the output by %s nats per token.",
            label, percent(fineTune.attributed().relativeChange()), text(measured.kl())),
        format(
            "  The most likely token differs at %s of positions. The loss on the texts is %.3f,"
                + " that of the base %.3f.",
            percent(measured.changedTop().value()),
            measured.baseLoss().value() + measured.lossDifference().value(),
            measured.baseLoss().value()),
        "  Most of the divergence goes through " + largest(fineTune) + ".");
  }

  private static String largest(FineTune fineTune) {
    return fineTune.layers().stream()
        .sorted(byShare())
        .limit(NAMED)
        .map(layer -> layer.name() + " (" + percent(layer.share()) + ")")
        .collect(Collectors.joining(", "));
  }

  private static Comparator<Part> byShare() {
    return Comparator.comparingDouble((Part part) -> Math.abs(part.share())).reversed();
  }

  /// In the order of the network; of a deep one the layers with the largest parts.
  private List<String> table() {
    Set<String> shown =
        divergence.fineTunes().stream()
            .flatMap(fineTune ->
                fineTune.layers().stream()
                    .sorted(byShare())
                    .limit(Math.max(1, LAYERS / divergence.fineTunes().size())))
            .map(Part::name)
            .collect(Collectors.toSet());
    List<Part> all = divergence.fineTunes().getFirst().layers();
    List<List<String>> rows = new ArrayList<>(List.of(header()));
    for (int i = 0; i < all.size(); i++) {
      if (all.size() <= LAYERS || shown.contains(all.get(i).name())) {
        rows.add(row(i));
      }
    }
    List<String> lines = new ArrayList<>(TextColumns.of(rows));
    if (rows.size() <= all.size()) {
      lines.add(format("… of %d layers; analysis_layers.csv has all", all.size()));
    }
    return lines;
  }

  private List<String> header() {
    List<String> header = new ArrayList<>(List.of("layer", "matters"));
    labels
        .subList(1, labels.size())
        .forEach(label -> header.addAll(List.of(label + ": changed", "effect")));
    return header;
  }

  private List<String> row(int place) {
    Part first = divergence.fineTunes().getFirst().layers().get(place);
    List<String> row = new ArrayList<>(List.of(first.name(), percent(importance(first))));
    for (FineTune fineTune : divergence.fineTunes()) {
      Part layer = fineTune.layers().get(place);
      row.add(percent(layer.relativeChange()));
      row.add(percent(layer.share()));
    }
    return row;
  }

  private double importance(Part layer) {
    return base().stream()
        .flatMap(found -> found.layers().stream())
        .filter(found -> found.layer().equals(layer.name()))
        .mapToDouble(found -> found.amount().share())
        .findFirst()
        .orElse(layer.baseFisherShare());
  }

  private Optional<FisherReport> base() {
    return report.fisher().stream()
        .filter(found -> found.model().equals(ModelName.BASE))
        .map(Report.ModelFisher::report)
        .findFirst();
  }

  private List<String> legend() {
    return List.of(
        format(
            "matters: share of the Fisher information of %s: how much its predictions depend on"
                + " these weights.",
            labels.getFirst()),
        "changed: size of the change relative to the weights.",
        "effect: part of the change in output (KL divergence) that goes through these weights;"
            + " parts add up to 100 %.");
  }

  private List<String> warnings() {
    List<String> lines = new ArrayList<>();
    report
        .fisher()
        .forEach(model -> lines.addAll(warnings(model.model(), model.report().warnings())));
    divergence
        .fineTunes()
        .forEach(fineTune -> lines.addAll(warnings(fineTune.name(), fineTune.warnings())));
    List<String> distinct = new ArrayList<>(lines.stream().distinct().toList());
    if (!distinct.isEmpty()) {
      distinct.addFirst("");
    }
    return distinct;
  }

  private List<String> warnings(String model, List<String> warnings) {
    String label = labels.get(ModelName.all(labels.size()).indexOf(model));
    return warnings.stream().map(warning -> "Warning: " + label + ": " + warning).toList();
  }

  private static String text(Estimate estimate) {
    return Double.isFinite(estimate.standardError())
        ? format("%.3g +- %.1g", estimate.value(), estimate.standardError())
        : format("%.3g", estimate.value());
  }

  private static String percent(double share) {
    return Double.isFinite(share) ? format("%.1f %%", 100 * share) : "-";
  }

  @FormatMethod
  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
