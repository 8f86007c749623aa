package dev.halcyon.exports;

import dev.halcyon.contracts.request.ModelName;
import dev.halcyon.contracts.results.DivergenceReport;
import dev.halcyon.contracts.results.DivergenceReport.FineTune;
import dev.halcyon.contracts.results.FisherReport;
import dev.halcyon.contracts.results.Report.ModelFisher;
import dev.halcyon.contracts.results.Report.TensorRow;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// What a folder of results holds.
///
/// @param folder of them
/// @param models the base first
/// @param compared one entry for each tensor; empty where models were not compared
/// @param fisher one entry for each model whose Fisher information was computed
/// @param divergence where it was measured
public record Results(
    Path folder,
    List<ResultModel> models,
    List<TensorRow> compared,
    List<ModelFisher> fisher,
    Optional<DivergenceReport> divergence) {
  public Results {
    models = List.copyOf(models);
    compared = List.copyOf(compared);
    fisher = List.copyOf(fisher);
  }

  /// The base's entry.
  ResultModel base() {
    return model(ModelName.BASE);
  }

  /// All models but the base.
  List<ResultModel> fineTunes() {
    return models.stream().filter(model -> !model.name().equals(ModelName.BASE)).toList();
  }

  /// @throws ExportException where the results are about no such model
  ResultModel model(String name) {
    return models.stream()
        .filter(model -> model.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new ExportException(
                "%s holds no model %s; there are %s".formatted(folder, name, names())));
  }

  Optional<FisherReport> fisherOf(String model) {
    return fisher.stream()
        .filter(entry -> entry.model().equals(model))
        .map(ModelFisher::report)
        .findFirst();
  }

  Optional<FineTune> divergenceOf(String model) {
    return divergence.stream()
        .flatMap(report -> report.fineTunes().stream())
        .filter(fineTune -> fineTune.name().equals(model))
        .findFirst();
  }

  private String names() {
    return models.stream().map(ResultModel::name).collect(Collectors.joining(", "));
  }
}
