package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.internal.blueprint.Parameter;
import dev.halcyon.transformer.internal.blueprint.Projection;
import dev.halcyon.transformer.internal.decoder.GradientSink;
import dev.halcyon.transformer.internal.decoder.Pack;
import dev.halcyon.transformer.internal.torch.Scope;
import dev.halcyon.transformer.internal.torch.Tensor;
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
    long[] members = ledger.members(pack);
    double[] weights = ledger.weights(pack);
    return new GradientSink() {
      @Override
      public void matrix(Projection projection, Tensor dy, Tensor x) {
        Tensor left = projection.inputMajor() ? x : dy;
        Tensor right = projection.inputMajor() ? dy : x;
        addMatrix(scope, sums.get(projection.weight()), left, right, pack, members, weights);
      }

      @Override
      public void vector(String name, Tensor rows, int perToken) {
        SquareSum sum = sums.get(name);
        Tensor total = sum.rows(scope, 0, sum.rows());
        scope.run(
            "square_vector_", total, rows, pack.bounds(), perToken, members, weights, sum.sums());
      }
    };
  }

  private static void addMatrix(
      Scope scope,
      SquareSum sum,
      Tensor left,
      Tensor right,
      Pack pack,
      long[] members,
      double[] weights) {
    for (long first = 0; first < sum.rows(); first += sum.blockRows()) {
      long count = Math.min(sum.blockRows(), sum.rows() - first);
      scope.run(
          "square_matrix_",
          sum.rows(scope, first, count),
          scope.call("narrow", left, 1, first, count),
          right,
          pack.bounds(),
          members,
          weights,
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
