package dev.halcyon.analysis.comparison;

import dev.halcyon.contracts.json.Json;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Two models' Fisher information side by side. Ratios to a base of zero are not defined.
///
/// @param baseTotalFisher sum of the base's entries
/// @param instructTotalFisher sum of the other model's
/// @param fisherRatio of the totals, the other model's over the base's
/// @param layerComparison by layer
/// @param parameterComparison by tensor, the largest difference first
record FisherComparison(
    double baseTotalFisher,
    double instructTotalFisher,
    double fisherRatio,
    Map<String, Layer> layerComparison,
    List<Parameter> parameterComparison) {
  /// A layer.
  ///
  /// @param baseImportance share of the base's total
  /// @param instructImportance share of the other model's total
  /// @param difference of the shares, the other model's less the base's
  /// @param ratio of the shares
  record Layer(double baseImportance, double instructImportance, double difference, double ratio) {}

  /// A tensor that both have.
  ///
  /// @param baseFisher sum of the base's entries
  /// @param instructFisher sum of the other model's
  /// @param difference the other model's less the base's
  /// @param ratio the other model's over the base's
  record Parameter(
      String parameter,
      double baseFisher,
      double instructFisher,
      double difference,
      double ratio) {}

  static FisherComparison of(FisherSums base, FisherSums other) {
    Map<String, Layer> layers = new LinkedHashMap<>();
    Map<String, Double> shares = other.layerShares();
    base.layerShares()
        .forEach((layer, share) -> {
          if (shares.containsKey(layer)) {
            double own = shares.get(layer);
            layers.put(layer, new Layer(share, own, own - share, ratio(own, share)));
          }
        });
    return new FisherComparison(
        base.total(),
        other.total(),
        ratio(other.total(), base.total()),
        layers,
        parameters(base, other));
  }

  private static List<Parameter> parameters(FisherSums base, FisherSums other) {
    return base.sums().entrySet().stream()
        .filter(tensor -> other.sums().containsKey(tensor.getKey()))
        .map(tensor ->
            parameter(tensor.getKey(), tensor.getValue(), other.sums().get(tensor.getKey())))
        .sorted(Comparator.comparingDouble(Parameter::difference).reversed())
        .toList();
  }

  private static Parameter parameter(String name, double base, double other) {
    return new Parameter(name, base, other, other - base, ratio(other, base));
  }

  private static double ratio(double over, double under) {
    return under == 0 ? Double.NaN : over / under;
  }

  byte[] json() {
    return Json.prettyBytes(this);
  }
}
