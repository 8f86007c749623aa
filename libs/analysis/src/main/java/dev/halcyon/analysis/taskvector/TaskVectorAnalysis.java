package dev.halcyon.analysis.taskvector;

import dev.halcyon.analysis.names.TensorName;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.tensors.Shape;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/// Statistics of a task vector, by tensor, by layer, and in total.
///
/// @param totalParameters tensors, not elements
/// @param parameterStats by tensor, in the order of a forward pass
/// @param layerStats by layer, in the order of a forward pass
/// @param overallStats over all tensors
public record TaskVectorAnalysis(
    long totalParameters,
    Map<String, ParameterStats> parameterStats,
    Map<String, LayerStats> layerStats,
    OverallStats overallStats) {
  public static final String FILE = "task_vector_analysis.json";

  /// A tensor.
  ///
  /// @param norm Frobenius norm of its change
  /// @param mean of its change
  /// @param std sample standard deviation of its change
  /// @param max largest change
  /// @param min smallest change
  /// @param shape of it
  /// @param relativeChange norm of the change over that of the base
  public record ParameterStats(
      double norm,
      double mean,
      double std,
      double max,
      double min,
      List<Long> shape,
      double relativeChange) {}

  /// A layer.
  ///
  /// @param totalNorm sum of its tensors' norms, which is not the norm of the layer
  /// @param meanNorm of its tensors
  /// @param maxNorm of its tensors
  /// @param parameterCount its tensors
  /// @param norm of the layer: of all its tensors' elements
  public record LayerStats(
      double totalNorm, double meanNorm, double maxNorm, long parameterCount, double norm) {}

  /// All tensors, each counting once.
  ///
  /// @param meanNorm of them
  /// @param stdNorm population standard deviation of their norms
  /// @param maxNorm of them
  /// @param minNorm of them
  /// @param meanParameterMean mean of their means
  /// @param meanParameterStd mean of their standard deviations, of those that have one
  /// @param norm of the task vector: of all elements
  /// @param elements of all tensors
  public record OverallStats(
      double meanNorm,
      double stdNorm,
      double maxNorm,
      double minNorm,
      double meanParameterMean,
      double meanParameterStd,
      double norm,
      long elements) {}

  /// A tensor of a task vector.
  public record Tensor(String name, Shape shape, ChangeStatistics statistics) {}

  public static TaskVectorAnalysis of(List<Tensor> tensors) {
    List<Tensor> ordered =
        tensors.stream()
            .sorted(Comparator.comparing(each -> TensorName.parse(each.name())))
            .toList();
    Map<String, ParameterStats> parameters = new LinkedHashMap<>();
    ordered.forEach(tensor -> parameters.put(tensor.name(), parameter(tensor)));
    Map<String, List<Tensor>> layers =
        ordered.stream()
            .collect(
                Collectors.groupingBy(
                    tensor -> TensorName.parse(tensor.name()).layerName(),
                    LinkedHashMap::new,
                    Collectors.toList()));
    Map<String, LayerStats> layerStats = new LinkedHashMap<>();
    layers.forEach((layer, held) -> layerStats.put(layer, layer(held)));
    return new TaskVectorAnalysis(ordered.size(), parameters, layerStats, overall(ordered));
  }

  public byte[] json() {
    return Json.prettyBytes(this);
  }

  private static ParameterStats parameter(Tensor tensor) {
    ChangeStatistics found = tensor.statistics();
    return new ParameterStats(
        found.norm(),
        found.mean(),
        found.std(),
        found.max(),
        found.min(),
        tensor.shape().dimensions(),
        found.relative());
  }

  private static LayerStats layer(List<Tensor> tensors) {
    double[] norms = norms(tensors);
    return new LayerStats(
        sum(norms), sum(norms) / norms.length, max(norms), norms.length, norm(norms));
  }

  private static OverallStats overall(List<Tensor> tensors) {
    double[] norms = norms(tensors);
    double mean = sum(norms) / norms.length;
    double variance = 0;
    for (double norm : norms) {
      variance += (norm - mean) * (norm - mean) / norms.length;
    }
    return new OverallStats(
        mean,
        Math.sqrt(variance),
        max(norms),
        -max(negated(norms)),
        average(tensors.stream().mapToDouble(each -> each.statistics().mean()).toArray()),
        average(
            tensors.stream()
                .mapToDouble(each -> each.statistics().std())
                .filter(std -> !Double.isNaN(std))
                .toArray()),
        norm(norms),
        tensors.stream().mapToLong(each -> each.statistics().elements()).sum());
  }

  private static double[] norms(List<Tensor> tensors) {
    return tensors.stream().mapToDouble(each -> each.statistics().norm()).toArray();
  }

  private static double[] negated(double[] values) {
    return DoubleStream.of(values).map(value -> -value).toArray();
  }

  private static double average(double[] values) {
    return sum(values) / values.length;
  }

  /// Undefined where a value is.
  private static double max(double[] values) {
    double max = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      max = Math.max(max, value);
    }
    return max;
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  private static double norm(double[] norms) {
    double squares = 0;
    for (double norm : norms) {
      squares += norm * norm;
    }
    return Math.sqrt(squares);
  }
}
