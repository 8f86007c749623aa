package dev.halcyon.transformer.internal.decoder;

import dev.halcyon.transformer.internal.blueprint.Projection;
import dev.halcyon.transformer.internal.torch.Scope;
import dev.halcyon.transformer.internal.torch.Tensor;

/// `y = x W^T + b`.
///
/// @param projection what it is
/// @param weights hold W and b
record LinearMap(Projection projection, Weights weights) {
  /// Applies the map.
  ///
  /// @param x [n, inputs]
  /// @return [n, outputs] in the weights' precision
  Tensor forward(Scope scope, Tensor x) {
    return projection
        .bias()
        .map(bias -> scope.torch().linearBias(x, matrix(scope), weights.bias(bias)))
        .orElseGet(() -> scope.torch().linear(x, matrix(scope)));
  }

  /// `dx = dy W`, and the parameters' gradients into the sink.
  ///
  /// @param dy [n, outputs]
  /// @param x what came in
  Tensor backward(Scope scope, Tensor dy, Tensor x, GradientSink sink) {
    parameters(dy, x, sink);
    return scope.torch().linearBackward(dy, matrix(scope));
  }

  /// As [#backward], for one of several maps of the same input: adds to its gradient.
  void backwardInto(Scope scope, Tensor dx, Tensor dy, Tensor x, GradientSink sink) {
    parameters(dy, x, sink);
    scope.torch().addProduct(dx, dy, matrix(scope));
  }

  private void parameters(Tensor dy, Tensor x, GradientSink sink) {
    sink.matrix(projection, dy, x);
    projection.bias().ifPresent(bias -> sink.vector(bias, dy, 1));
  }

  /// W as [outputs, inputs], however it is stored.
  private Tensor matrix(Scope scope) {
    Tensor stored = weights.matrix(projection.weight());
    return projection.inputMajor() ? scope.torch().transpose(stored) : stored;
  }
}
