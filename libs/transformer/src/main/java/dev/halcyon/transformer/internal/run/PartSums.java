package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.internal.blueprint.Parameter;
import dev.halcyon.transformer.internal.blueprint.Projection;
import dev.halcyon.transformer.internal.decoder.GradientSink;
import dev.halcyon.transformer.internal.decoder.Pack;
import dev.halcyon.transformer.internal.torch.Scope;
import dev.halcyon.transformer.internal.torch.Tensor;
import dev.halcyon.transformer.internal.torch.WeightedSamples;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The sums of squared gradients of a part of a model: a layer's parameters, or a norm's.
final class PartSums implements AutoCloseable {
  private final Map<String, SquareSum> sums = new LinkedHashMap<>();
  private final Sums owner;
  private final SampleLedger ledger;

  PartSums(Scope scope, List<Parameter> parameters, Sums owner, SampleLedger ledger) {
    this.owner = owner;
    this.ledger = ledger;
    parameters.forEach(parameter -> sums.put(parameter.name(), owner.open(scope, parameter)));
  }

  /// Takes the gradients of one pack.
  GradientSink sink(Scope scope, Pack pack) {
    WeightedSamples samples =
        new WeightedSamples(pack.bounds(), ledger.members(pack), ledger.weights(pack));
    return new GradientSink() {
      @Override
      public void matrix(Projection projection, Tensor dy, Tensor x) {
        Tensor left = projection.inputMajor() ? x : dy;
        Tensor right = projection.inputMajor() ? dy : x;
        addMatrix(scope, sums.get(projection.weight()), left, right, samples);
      }

      @Override
      public void vector(String name, Tensor rows, int perToken) {
        SquareSum sum = sums.get(name);
        Tensor total = sum.rows(scope, 0, sum.rows());
        scope.torch().squareVector(total, rows, perToken, samples, sum.sums());
      }
    };
  }

  private static void addMatrix(
      Scope scope, SquareSum sum, Tensor left, Tensor right, WeightedSamples samples) {
    for (long first = 0; first < sum.rows(); first += sum.blockRows()) {
      long count = Math.min(sum.blockRows(), sum.rows() - first);
      scope
          .torch()
          .squareMatrix(
              sum.rows(scope, first, count),
              scope.torch().narrow(left, 1, first, count),
              right,
              samples,
              sum.sums());
    }
  }

  /// Hands all sums on, in the order of the parameters.
  void finish(Scope scope, boolean last) throws IOException {
    for (SquareSum sum : sums.values()) {
      owner.finish(scope, sum, last);
    }
  }

  /// Frees what was not handed on.
  @Override
  public void close() {
    sums.values().forEach(SquareSum::close);
  }
}
