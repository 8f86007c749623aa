package dev.halcyon.transformer.internal.decoder;

import dev.halcyon.transformer.internal.blueprint.Attention;
import dev.halcyon.transformer.internal.blueprint.Attention.Inputs;
import dev.halcyon.transformer.internal.blueprint.Projection;
import dev.halcyon.transformer.internal.torch.Scope;
import dev.halcyon.transformer.internal.torch.Tensor;

/// Turns the residual stream into queries, keys and values.
///
/// @param attention which
/// @param weights hold its matrices
record HeadInputs(Attention attention, Weights weights) {
  /// @param query [n, heads, size]
  /// @param key [n, groups, size]
  /// @param value [n, groups, size]
  record Heads(Tensor query, Tensor key, Tensor value) {
    void moveTo(Scope scope) {
      scope.adopt(query);
      scope.adopt(key);
      scope.adopt(value);
    }
  }

  /// @param x [n, hidden]
  Heads forward(Scope scope, Tensor x) {
    return switch (attention.inputs()) {
      case Inputs.Separate separate ->
          new Heads(
              heads(scope, map(separate.query()).forward(scope, x), attention.heads()),
              heads(scope, map(separate.key()).forward(scope, x), attention.groups()),
              heads(scope, map(separate.value()).forward(scope, x), attention.groups()));
      case Inputs.Concatenated concatenated ->
          slices(scope, map(concatenated.all()).forward(scope, x));
      case Inputs.ByHead byHead -> thirds(scope, map(byHead.all()).forward(scope, x));
    };
  }

  /// The way back, the parameters' gradients into the sink.
  ///
  /// @param gradient by queries, keys and values
  /// @param x what came in
  /// @return gradient by what came in
  Tensor backward(Scope scope, Heads gradient, Tensor x, GradientSink sink) {
    return switch (attention.inputs()) {
      case Inputs.Separate separate -> backward(scope, separate, gradient, x, sink);
      case Inputs.Concatenated concatenated ->
          map(concatenated.all()).backward(scope, concatenate(scope, gradient), x, sink);
      case Inputs.ByHead byHead ->
          map(byHead.all()).backward(scope, interleave(scope, gradient), x, sink);
    };
  }

  private Tensor backward(
      Scope scope, Inputs.Separate separate, Heads gradient, Tensor x, GradientSink sink) {
    Tensor dx = map(separate.query()).backward(scope, flat(scope, gradient.query()), x, sink);
    map(separate.key()).backwardInto(scope, dx, flat(scope, gradient.key()), x, sink);
    map(separate.value()).backwardInto(scope, dx, flat(scope, gradient.value()), x, sink);
    return dx;
  }

  private Heads slices(Scope scope, Tensor all) {
    int queries = attention.queryWidth();
    int keys = attention.keyWidth();
    return new Heads(
        heads(scope, scope.torch().narrow(all, 1, 0, queries), attention.heads()),
        heads(scope, scope.torch().narrow(all, 1, queries, keys), attention.groups()),
        heads(scope, scope.torch().narrow(all, 1, queries + keys, keys), attention.groups()));
  }

  private Tensor concatenate(Scope scope, Heads gradient) {
    Tensor[] parts = {
      flat(scope, gradient.query()), flat(scope, gradient.key()), flat(scope, gradient.value())
    };
    return scope.torch().concatenate(parts, 1);
  }

  private Heads thirds(Scope scope, Tensor all) {
    long[] shape = {-1, attention.heads(), 3, attention.headSize()};
    Tensor byHead = scope.torch().view(all, shape);
    return new Heads(
        scope.torch().select(byHead, 2, 0),
        scope.torch().select(byHead, 2, 1),
        scope.torch().select(byHead, 2, 2));
  }

  private Tensor interleave(Scope scope, Heads gradient) {
    Tensor[] parts = {gradient.query(), gradient.key(), gradient.value()};
    return flat(scope, scope.torch().stack(parts, 2));
  }

  private Tensor heads(Scope scope, Tensor x, int count) {
    return scope.torch().view(x, -1, count, attention.headSize());
  }

  private static Tensor flat(Scope scope, Tensor x) {
    return scope.torch().view(x, x.size(0), -1);
  }

  private LinearMap map(Projection projection) {
    return new LinearMap(projection, weights);
  }
}
