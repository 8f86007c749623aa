package dev.halcyon.analysis.gate;

import dev.halcyon.contracts.results.DivergenceReport;
import dev.halcyon.contracts.results.Report;
import java.util.List;
import java.util.Optional;

/// The results that a condition is evaluated on.
///
/// @param similarity the report, where similarity was computed
/// @param divergence where it was computed
/// @param labels of the models, the base first
public record Evidence(
    Optional<Report> similarity, Optional<DivergenceReport> divergence, List<String> labels) {
  public Evidence {
    labels = List.copyOf(labels);
  }
}
