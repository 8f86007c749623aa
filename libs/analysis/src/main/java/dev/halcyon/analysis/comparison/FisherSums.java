package dev.halcyon.analysis.comparison;

import dev.halcyon.analysis.names.TensorName;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.results.DivergenceReport;
import dev.halcyon.contracts.results.FisherReport;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;

/// Sums of a diagonal by tensor, in the order of a forward pass.
///
/// @param sums by tensor
record FisherSums(Map<String, Double> sums) {
  /// Of a model's Fisher information.
  static FisherSums of(FisherReport report) {
    Map<String, Double> sums = new LinkedHashMap<>();
    report
        .parameters()
        .forEach(parameter -> sums.put(parameter.parameter(), parameter.amount().sum()));
    return new FisherSums(sums);
  }

  /// Of the base's Fisher information weighted by the squared change, `sum F delta^2`: twice the
  /// diagonal proxy.
  static FisherSums ofChange(DivergenceReport.FineTune fineTune) {
    Map<String, Double> sums = new LinkedHashMap<>();
    fineTune.tensors().forEach(tensor -> sums.put(tensor.name(), 2 * tensor.diagonalProxy()));
    return new FisherSums(sums);
  }

  double total() {
    return sums.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /// Shares of the total, 0-1; not defined where that is zero.
  Map<String, Double> layerShares() {
    double total = total();
    Map<String, Double> layers = new LinkedHashMap<>();
    sums.entrySet().stream()
        .sorted(Comparator.comparing(tensor -> TensorName.parse(tensor.getKey())))
        .forEach(tensor ->
            layers.merge(
                TensorName.parse(tensor.getKey()).layerName(),
                tensor.getValue() / total,
                Double::sum));
    return layers;
  }

  byte[] layerImportance() {
    return Json.prettyBytes(layerShares());
  }
}
