package dev.halcyon.report;

import static java.util.Objects.requireNonNull;

import dev.halcyon.contracts.request.ModelName;
import dev.halcyon.contracts.results.DivergenceReport;
import dev.halcyon.contracts.results.Report;
import dev.halcyon.contracts.results.Report.ModelFisher;
import dev.halcyon.contracts.results.Report.TensorRow;
import java.util.List;
import java.util.Optional;

/// What a page shows.
///
/// @param report of a job
/// @param labels of the models, the base first
public record ReportContent(Report report, List<String> labels) {
  public ReportContent {
    requireNonNull(report, "report is null");
    labels = List.copyOf(labels);
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
    return report.results();
  }

  List<ModelFisher> fisher() {
    return report.fisher();
  }

  Optional<DivergenceReport> divergence() {
    return report.divergence();
  }

  List<DivergenceReport.FineTune> divergences() {
    return divergence().map(DivergenceReport::fineTunes).orElse(List.of());
  }
}
