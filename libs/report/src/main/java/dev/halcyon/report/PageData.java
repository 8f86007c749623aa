package dev.halcyon.report;

import dev.halcyon.contracts.job.Plan;
import dev.halcyon.contracts.request.DivergenceEstimator;
import dev.halcyon.contracts.request.FisherEstimator;
import dev.halcyon.contracts.results.DivergenceReport;
import dev.halcyon.contracts.results.FisherCalibration;
import dev.halcyon.contracts.results.FisherReport;
import dev.halcyon.contracts.results.Report;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The numbers of a page, once, as its scripts read them. Tables are columns; a column is called
/// `metric:which`, as `distance:base_vs_ft1`, and its standard error `metric_se:which`. Roll-ups
/// have full precision, numbers of tensors four digits.
///
/// @param models the base first
/// @param metrics that have numbers
/// @param components of the layers, as a forward pass meets them
/// @param layers numbers of them, rising
/// @param tensors that are listed
/// @param cells component by layer
/// @param byLayer roll-up by layer, in the order of the network
/// @param byComponent roll-up by component type
/// @param summary over all tensors, for each pair
/// @param skipped what was not compared
/// @param fisher how Fisher information was estimated, for each model
/// @param divergence how it was measured, and what was found
record PageData(
    List<Model> models,
    List<ShownMetric> metrics,
    List<ShownComponent> components,
    List<Integer> layers,
    TensorTable tensors,
    CellTable cells,
    NamedTable byLayer,
    NamedTable byComponent,
    List<Report.PairSummary> summary,
    Skipped skipped,
    List<Fisher> fisher,
    Optional<Divergence> divergence) {
  /// @param label readable name
  /// @param report of it; absent for a divergence alone
  record Model(String name, String label, Optional<Report.Model> report) {}

  /// @param of what it has numbers of, as `base_vs_ft1`
  record ShownMetric(
      String id,
      String label,
      String explanation,
      boolean percent,
      boolean signed,
      String total,
      List<Which> of) {}

  /// @param id in columns
  /// @param label readable name
  record Which(String id, String label) {}

  /// @param group as `attention`
  record ShownComponent(String name, String group) {}

  /// A tensor's name is its template with the numbers put in.
  ///
  /// @param total tensors that there are; those that are not listed are in the cells
  /// @param templates names with `#` for numbers
  /// @param template index of each tensor's
  /// @param numbers of each, joined by blanks
  /// @param cell index of each tensor's
  /// @param shapes that occur
  /// @param shape index of each tensor's
  /// @param columns of numbers
  /// @param quantiles of the cosine by pair; a list for each tensor that has them
  /// @param notes by index of the tensor
  record TensorTable(
      long total,
      List<String> templates,
      List<Integer> template,
      List<String> numbers,
      List<Integer> cell,
      List<String> shapes,
      List<Integer> shape,
      Map<String, List<Double>> columns,
      Map<String, Map<Integer, List<Double>>> quantiles,
      Map<Integer, String> notes) {}

  /// @param layer number of each cell's layer; -1 outside the layers
  /// @param layerName of each cell, as `embeddings`
  /// @param component name of each cell's
  /// @param tensors in each
  /// @param columns of numbers
  record CellTable(
      List<Integer> layer,
      List<String> layerName,
      List<String> component,
      List<Integer> tensors,
      Map<String, List<Double>> columns) {}

  record NamedTable(List<String> names, Map<String, List<Double>> columns) {}

  /// @param total how many there are
  /// @param reasons how many for each
  /// @param listed the first of them
  record Skipped(long total, Map<String, Long> reasons, List<Plan.SkippedTensor> listed) {}

  record Fisher(
      String model,
      FisherReport.Model of,
      FisherEstimator estimator,
      FisherCalibration calibration,
      FisherReport.Total total,
      long samples,
      List<String> warnings) {}

  record Divergence(
      FisherReport.Model base,
      DivergenceEstimator settings,
      FisherCalibration calibration,
      List<FineTune> fineTunes) {}

  /// @param samples those with the largest divergences
  record FineTune(
      String name,
      FisherReport.Model model,
      long vocabulary,
      long tokens,
      long sampleCount,
      DivergenceReport.Measured measured,
      List<DivergenceReport.Trial> trials,
      DivergenceReport.Part attributed,
      List<DivergenceReport.Alone> alone,
      List<DivergenceReport.Sample> samples,
      List<String> warnings) {}
}
