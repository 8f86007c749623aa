package dev.halcyon.exports;

import dev.halcyon.analysis.names.TensorName;
import dev.halcyon.contracts.request.ModelName;
import dev.halcyon.contracts.results.FisherReport;
import dev.halcyon.contracts.results.FisherReport.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// How much of each fine-tune's change to a tensor goes into a merge, 0 to 1.
///
/// 1 for the tensors that the rule chooses of the fine-tune's and 0 for the others. By Fisher
/// information and without a rule, the fine-tune's share of the tensor's mean Fisher information
/// over all fine-tunes (over base and fine-tune where there is only one), which is Fisher-weighted
/// averaging tensor by tensor (Matena, Raffel 2022, "Merging Models with Fisher-Weighted
/// Averaging").
final class MergeWeights {
  private static final double PRECISION = 1e6;

  private final Export export;

  MergeWeights(Export export) {
    this.export = export;
  }

  String meaning() {
    return isAverage()
        ? "a tensor's weight is the fine-tune's share of its mean Fisher information"
        : "a tensor's weight is 1 for " + export.rule().orElse(Rule.DEFAULT) + ", else 0";
  }

  /// Weights by tensor, in the order of a forward pass.
  SequencedMap<TensorName, Double> of(String model) {
    SequencedMap<TensorName, Double> weights = isAverage() ? average(model) : chosen(model);
    weights.replaceAll((_, weight) -> Math.rint(weight * PRECISION) / PRECISION);
    return weights;
  }

  private boolean isAverage() {
    return export.ranking().by() == Quantity.FISHER && export.rule().isEmpty();
  }

  private SequencedMap<TensorName, Double> chosen(String model) {
    List<ScoredTensor> tensors =
        new Scores(export.results()).rank(export.ranking().by(), model).tensors();
    List<ScoredTensor> chosen = export.selection(tensors).chosen();
    SequencedMap<TensorName, Double> weights = new LinkedHashMap<>();
    tensors.forEach(tensor -> weights.put(tensor.name(), chosen.contains(tensor) ? 1.0 : 0));
    return weights;
  }

  private SequencedMap<TensorName, Double> average(String model) {
    List<FisherReport> merged = merged();
    Map<String, Double> sums =
        merged.stream()
            .flatMap(report -> report.parameters().stream())
            .collect(
                Collectors.groupingBy(
                    Parameter::parameter,
                    Collectors.summingDouble(parameter -> parameter.amount().mean())));
    SequencedMap<TensorName, Double> weights = new LinkedHashMap<>();
    for (Parameter parameter : report(model).parameters()) {
      double sum = sums.get(parameter.parameter());
      weights.put(
          TensorName.parse(parameter.parameter()),
          sum > 0 ? parameter.amount().mean() / sum : 1.0 / merged.size());
    }
    return weights;
  }

  private List<FisherReport> merged() {
    List<String> fineTunes = export.results().fineTunes().stream().map(ResultModel::name).toList();
    return (fineTunes.size() == 1
            ? Stream.concat(Stream.of(ModelName.BASE), fineTunes.stream())
            : fineTunes.stream())
        .map(this::report)
        .toList();
  }

  private FisherReport report(String model) {
    return export
        .results()
        .fisherOf(model)
        .orElseThrow(() ->
            new ExportException(
                "%s holds no Fisher information of %s, and a merge by it takes that of all models:"
                        .formatted(export.results().folder(), model)
                    + " compute it with `halcyon compare --request FILE`, where FILE asks for"
                    + " `analyses: [similarity, fisher]`"));
  }
}
