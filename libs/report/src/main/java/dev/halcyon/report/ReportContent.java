package dev.halcyon.report;

import static java.util.Objects.requireNonNull;

import dev.halcyon.contracts.request.ModelName;
import dev.halcyon.contracts.results.DivergenceReport;
import dev.halcyon.contracts.results.Report;
import dev.halcyon.contracts.results.Report.ModelFisher;
import dev.halcyon.contracts.results.Report.TensorRow;
import java.util.List;
import java.util.Optional;

/// What a page shows: a job's report, a divergence, or both.
///
/// @param report of a job
/// @param divergence of its models
/// @param labels of the models, the base first
public record ReportContent(
    Optional<Report> report, Optional<DivergenceReport> divergence, List<String> labels) {
  public ReportContent {
    requireNonNull(report, "report is null");
    requireNonNull(divergence, "divergence is null");
    labels = List.copyOf(labels);
    if (report.isEmpty() && divergence.isEmpty()) {
      throw new IllegalArgumentException("a page shows a report or a divergence");
    }
  }

  public static ReportContent of(Report report, List<String> labels) {
    return new ReportContent(Optional.of(report), report.divergence(), labels);
  }

  /// Names of the models, as `base`, `ft1`.
  List<String> models() {
    return ModelName.all(labels.size());
  }

  String label(String model) {
    return labels.get(models().indexOf(model));
  }

  String label(ModelName.Pair pair) {
    return label(pair.first()) + " – " + label(pair.second());
  }

  List<TensorRow> tensors() {
    return report.map(Report::results).orElse(List.of());
  }

  List<ModelFisher> fisher() {
    return report.map(Report::fisher).orElse(List.of());
  }

  List<DivergenceReport.FineTune> divergences() {
    return divergence.map(DivergenceReport::fineTunes).orElse(List.of());
  }
}
