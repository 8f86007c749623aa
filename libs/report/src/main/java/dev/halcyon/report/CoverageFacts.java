package dev.halcyon.report;

import dev.halcyon.contracts.job.Plan.SkippedTensor;
import dev.halcyon.contracts.results.DivergenceReport;
import dev.halcyon.contracts.results.Report;
import dev.halcyon.report.Statement.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What was compared, what was not, and on which texts models were run.
final class CoverageFacts {
  private final ReportContent content;

  CoverageFacts(ReportContent content) {
    this.content = content;
  }

  List<Statement> facts() {
    List<Statement> facts = new ArrayList<>();
    report(content.report(), facts);
    content.divergence().ifPresent(report -> divergence(report, facts));
    return facts;
  }

  private void report(Report report, List<Statement> facts) {
    if (report.results().isEmpty()) {
      facts.add(Statement.of("Weights were not compared.", View.RUN));
    } else {
      facts.add(
          Statement.of(
              "%s tensors, %s in %d models, were compared."
                  .formatted(
                      Numbers.count(report.results().size()),
                      Numbers.bytes(report.plan().bytes()),
                      report.models().size()),
              View.TENSORS));
      report.models().stream()
          .filter(model -> model.compared() < model.bytes())
          .map(this::coverage)
          .forEach(facts::add);
      facts.add(skipped(report.skipped()));
      nonFinite(report, facts);
    }
    report.models().forEach(model -> notes(model, facts));
    content.fisher().forEach(model -> fisher(model, facts));
  }

  private Statement coverage(Report.Model model) {
    return Statement.of(
        "Of %s, %s of %s were compared (%s)."
            .formatted(
                content.label(model.name()),
                Numbers.bytes(model.compared()),
                Numbers.bytes(model.bytes()),
                Numbers.percent((double) model.compared() / model.bytes())),
        View.SKIPPED);
  }

  private static Statement skipped(List<SkippedTensor> skipped) {
    if (skipped.isEmpty()) {
      return Statement.of("No tensor was skipped.", View.SKIPPED);
    }
    Map<String, Long> reasons =
        skipped.stream()
            .collect(
                Collectors.groupingBy(
                    one -> one.reason().name().toLowerCase(Locale.ROOT),
                    TreeMap::new,
                    Collectors.counting()));
    String counts =
        reasons.entrySet().stream()
            .map(one -> one.getKey() + " " + Numbers.count(one.getValue()))
            .collect(Collectors.joining(", "));
    return Statement.of(
        "%s not compared: %s."
            .formatted(
                skipped.size() == 1
                    ? "1 entry was"
                    : Numbers.count(skipped.size()) + " entries were",
                counts),
        View.SKIPPED);
  }

  private static void nonFinite(Report report, List<Statement> facts) {
    long count =
        report.results().stream().filter(row -> !row.similarity().nonFinite().isEmpty()).count();
    if (count > 0) {
      facts.add(
          Statement.of(
              "%s hold infinite or undefined elements; their numbers are not defined."
                  .formatted(count == 1 ? "1 tensor" : Numbers.count(count) + " tensors"),
              View.TENSORS));
    }
  }

  private void notes(Report.Model model, List<Statement> facts) {
    for (String note : model.notes()) {
      facts.add(Statement.of(content.label(model.name()) + ": " + note, View.RUN));
    }
  }

  private void fisher(Report.ModelFisher model, List<Statement> facts) {
    facts.add(
        Statement.of(
            "Fisher information of %s was estimated on %s texts of %s tokens (%s)."
                .formatted(
                    content.label(model.model()),
                    Numbers.count(model.report().samples().size()),
                    Numbers.count(model.report().total().tokens()),
                    model.report().calibration().source()),
            View.RUN));
  }

  private void divergence(DivergenceReport report, List<Statement> facts) {
    for (DivergenceReport.FineTune fineTune : report.fineTunes()) {
      facts.add(
          Statement.of(
              "Output of %s and %s was compared on %s texts of %s predicted tokens (%s)."
                  .formatted(
                      content.labels().getFirst(),
                      content.label(fineTune.name()),
                      Numbers.count(fineTune.samples().size()),
                      Numbers.count(fineTune.tokens()),
                      report.calibration().source()),
              View.TEXTS));
    }
  }
}
