package dev.halcyon.transformer.internal.decoder;

import dev.halcyon.transformer.internal.blueprint.FeedForward;
import dev.halcyon.transformer.internal.blueprint.Projection;
import dev.halcyon.transformer.internal.torch.Scope;
import dev.halcyon.transformer.internal.torch.Tensor;
import java.util.List;
import java.util.Optional;

/// A layer's feed-forward network.
///
/// @param feedForward which
/// @param weights hold its matrices
record FeedForwardBlock(FeedForward feedForward, Weights weights) {
  /// What the backward pass needs.
  ///
  /// @param input [n, hidden]
  /// @param gate before the activation [n, inner], where there is one
  /// @param up [n, inner]; before the activation where there is no gate
  /// @param inner what goes down [n, inner]
  record State(Tensor input, Optional<Tensor> gate, Tensor up, Tensor inner) {
    void moveTo(Scope scope) {
      scope.adopt(input);
      gate.ifPresent(scope::adopt);
      scope.adopt(up);
      scope.adopt(inner);
    }
  }

  /// All but the way down.
  ///
  /// @param x [n, hidden]
  State forward(Scope scope, Tensor x) {
    return switch (feedForward) {
      case FeedForward.Plain plain -> {
        Tensor up = map(plain.up()).forward(scope, x);
        yield new State(x, Optional.empty(), up, scope.torch().activate(up, kind()));
      }
      case FeedForward.Gated gated ->
          gated(scope, x, map(gated.gate()).forward(scope, x), map(gated.up()).forward(scope, x));
      case FeedForward.FusedGated fused -> {
        Tensor both = map(fused.gateAndUp()).forward(scope, x);
        int inner = fused.inner();
        yield gated(
            scope,
            x,
            scope.torch().narrow(both, 1, 0, inner),
            scope.torch().narrow(both, 1, inner, inner));
      }
    };
  }

  /// The way down, which a recomputation for the backward pass does not need.
  ///
  /// @return [n, hidden]
  Tensor down(Scope scope, State state) {
    return map(feedForward.down()).forward(scope, state.inner());
  }

  /// The way back, the parameters' gradients into the sink.
  ///
  /// @param dy gradient by the output [n, hidden]
  /// @return gradient by the input
  Tensor backward(Scope scope, Tensor dy, State state, GradientSink sink) {
    Tensor dinner = map(feedForward.down()).backward(scope, dy, state.inner(), sink);
    return switch (feedForward) {
      case FeedForward.Plain plain -> {
        Tensor dup = scope.torch().activateBackward(dinner, state.up(), kind());
        yield map(plain.up()).backward(scope, dup, state.input(), sink);
      }
      case FeedForward.Gated gated -> {
        List<Tensor> gradients = gatedBackward(scope, dinner, state);
        Tensor dx = map(gated.gate()).backward(scope, gradients.getFirst(), state.input(), sink);
        map(gated.up()).backwardInto(scope, dx, gradients.get(1), state.input(), sink);
        yield dx;
      }
      case FeedForward.FusedGated fused -> {
        Tensor[] gradients = gatedBackward(scope, dinner, state).toArray(Tensor[]::new);
        Tensor both = scope.torch().concatenate(gradients, 1);
        yield map(fused.gateAndUp()).backward(scope, both, state.input(), sink);
      }
    };
  }

  private State gated(Scope scope, Tensor x, Tensor gate, Tensor up) {
    return new State(x, Optional.of(gate), up, scope.torch().gated(gate, up, kind()));
  }

  private List<Tensor> gatedBackward(Scope scope, Tensor dinner, State state) {
    return scope.torch().gatedBackward(dinner, state.gate().orElseThrow(), state.up(), kind());
  }

  private int kind() {
    return feedForward.activation().number();
  }

  private LinearMap map(Projection projection) {
    return new LinearMap(projection, weights);
  }
}
