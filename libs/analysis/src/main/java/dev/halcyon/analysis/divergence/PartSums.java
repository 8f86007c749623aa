package dev.halcyon.analysis.divergence;

import dev.halcyon.contracts.results.DivergenceOutcome.Tensor;
import java.util.List;
import java.util.function.Function;

/// Some tensors taken together.
///
/// @param tensors of the set
record PartSums(List<PlacedTensor> tensors) {
  long elements() {
    return tensors.stream().mapToLong(PlacedTensor::elements).sum();
  }

  double relativeChange() {
    double base = tensors.stream().mapToDouble(t -> t.tensor().baseSquares()).sum();
    double change = tensors.stream().mapToDouble(t -> t.tensor().changeSquares()).sum();
    return Math.sqrt(change) / Math.sqrt(base);
  }

  double diagonalProxy() {
    return tensors.stream().mapToDouble(t -> t.tensor().diagonalProxy()).sum();
  }

  /// Attributions of the divergence by sample; empty where there are none.
  double[] kl() {
    return sums(Tensor::kl);
  }

  /// Attributions of the difference in loss by sample; empty where there are none.
  double[] loss() {
    return sums(Tensor::loss);
  }

  private double[] sums(Function<Tensor, List<Double>> values) {
    if (tensors.isEmpty()) {
      return new double[0];
    }
    double[] sums = new double[values.apply(tensors.getFirst().tensor()).size()];
    for (PlacedTensor tensor : tensors) {
      List<Double> own = values.apply(tensor.tensor());
      for (int i = 0; i < sums.length; i++) {
        sums[i] += own.get(i);
      }
    }
    return sums;
  }
}
