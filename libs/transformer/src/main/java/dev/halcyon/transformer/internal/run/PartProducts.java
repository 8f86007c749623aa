package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.Objective;
import dev.halcyon.transformer.internal.blueprint.Parameter;
import dev.halcyon.transformer.internal.blueprint.Projection;
import dev.halcyon.transformer.internal.decoder.GradientSink;
import dev.halcyon.transformer.internal.decoder.Pack;
import dev.halcyon.transformer.internal.torch.ElementType;
import dev.halcyon.transformer.internal.torch.Scope;
import dev.halcyon.transformer.internal.torch.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// For each parameter of a part, and each sample, the product of the sample's gradient with the
/// parameter's change. Of a matrix that is the sum over the sample's rows of `dy . (delta x)`: one
/// more matrix product, and no gradient of a parameter is ever formed.
final class PartProducts {
  private final Scope scope;
  private final PathStream.Part part;
  private final NodeProducts products;
  private final Map<Objective, Map<String, Tensor>> sums = new HashMap<>();

  /// @param scope that the sums live in
  PartProducts(
      Scope scope, PathStream.Part part, List<Parameter> parameters, NodeProducts products) {
    this.scope = scope;
    this.part = part;
    this.products = products;
    parameters.forEach(this::open);
  }

  private void open(Parameter parameter) {
    Tensor own = part.base(parameter.name());
    double[] squares = scope.torch().squares(own, part.delta(parameter.name())).doubles();
    products.squares(parameter.name(), squares[0], squares[1]);
    if (squares[1] != 0) {
      for (Objective objective : products.objectives()) {
        sums.computeIfAbsent(objective, key -> new HashMap<>())
            .put(parameter.name(), scope.zeros(ElementType.FLOAT64, products.samples()));
      }
    }
  }

  /// Takes the gradients of one pack. Parameters that do not change have no part in it.
  GradientSink sink(Scope temporary, Pack pack, Objective objective) {
    Map<String, Tensor> own = sums.getOrDefault(objective, Map.of());
    long[] members = pack.samples().stream().mapToLong(Integer::longValue).toArray();
    return new GradientSink() {
      @Override
      public void matrix(Projection projection, Tensor dy, Tensor x) {
        if (own.containsKey(projection.weight())) {
          temporary
              .torch()
              .addMatrixProducts(
                  own.get(projection.weight()),
                  dy,
                  x,
                  delta(temporary, projection),
                  pack.bounds(),
                  members);
        }
      }

      @Override
      public void vector(String name, Tensor rows, int perToken) {
        if (own.containsKey(name)) {
          temporary
              .torch()
              .addVectorProducts(
                  own.get(name), rows, part.delta(name), pack.bounds(), perToken, members);
        }
      }
    };
  }

  /// Hands the products on.
  void finish() {
    sums.forEach((objective, own) ->
        own.forEach((name, values) -> products.add(objective, name, values.doubles())));
  }

  /// The change as [outputs, inputs], however it is stored.
  private Tensor delta(Scope temporary, Projection projection) {
    Tensor stored = part.delta(projection.weight());
    return projection.inputMajor() ? temporary.torch().transpose(stored) : stored;
  }
}
