package dev.halcyon.transformer.internal.decoder;

import dev.halcyon.transformer.internal.blueprint.Norm;
import dev.halcyon.transformer.internal.torch.ElementType;
import dev.halcyon.transformer.internal.torch.Scope;
import dev.halcyon.transformer.internal.torch.Tensor;

/// The norm between the last layer and the head.
///
/// @param norm which
/// @param weights hold its vectors
/// @param type of its output
public record FinalNorm(Norm norm, Weights weights, ElementType type) {
  /// What the backward pass needs.
  public record State(NormLayer.State state) {
    /// Hidden states for the head [n, hidden].
    public Tensor output() {
      return state.output();
    }
  }

  /// Normalises.
  ///
  /// @param x output of the last layer [n, hidden]
  public State forward(Scope scope, Tensor x) {
    return new State(new NormLayer(norm, weights).forward(scope, x, type));
  }

  /// The way back, the parameters' gradients into the sink.
  ///
  /// @param dy gradient by the hidden states
  /// @return gradient by the last layer's output
  public Tensor backward(Scope scope, Tensor dy, State state, GradientSink sink) {
    return new NormLayer(norm, weights).backward(scope, dy, state.state(), 1, sink);
  }
}
