package dev.halcyon.transformer.internal.decoder;

import dev.halcyon.transformer.internal.blueprint.Norm;
import dev.halcyon.transformer.internal.torch.ElementType;
import dev.halcyon.transformer.internal.torch.Scope;
import dev.halcyon.transformer.internal.torch.Tensor;
import java.util.List;

/// A normalisation over the last dimension, computed in float32.
///
/// @param norm which
/// @param weights hold its vectors
record NormLayer(Norm norm, Weights weights) {
  /// What the backward pass needs.
  ///
  /// @param input [.., size]
  /// @param output as asked for
  /// @param statistics of each row
  record State(Tensor input, Tensor output, List<Tensor> statistics) {
    void moveTo(Scope scope) {
      scope.adopt(input);
      scope.adopt(output);
      statistics.forEach(scope::adopt);
    }
  }

  /// @param type of the output
  State forward(Scope scope, Tensor x, ElementType type) {
    List<Tensor> results =
        switch (norm) {
          case Norm.RootMeanSquare rms ->
              scope.torch().rmsNorm(x, weight(rms.weight()), rms.epsilon(), rms.offset(), type);
          case Norm.Centred centred ->
              scope
                  .torch()
                  .layerNorm(
                      x, weight(centred.weight()), weight(centred.bias()), centred.epsilon(), type);
        };
    return new State(x, results.getFirst(), results.subList(1, results.size()));
  }

  /// The way back, the parameters' gradients into the sink.
  ///
  /// @param dy gradient by the output
  /// @param perToken rows of the norm for each token
  /// @return gradient by the input, in float32
  Tensor backward(Scope scope, Tensor dy, State state, int perToken, GradientSink sink) {
    return switch (norm) {
      case Norm.RootMeanSquare rms -> backward(scope, rms, dy, state, perToken, sink);
      case Norm.Centred centred -> backward(scope, centred, dy, state, perToken, sink);
    };
  }

  private Tensor backward(
      Scope scope,
      Norm.RootMeanSquare rms,
      Tensor dy,
      State state,
      int perToken,
      GradientSink sink) {
    List<Tensor> gradients =
        scope
            .torch()
            .rmsNormBackward(
                dy,
                state.input(),
                state.statistics().getFirst(),
                weight(rms.weight()),
                rms.offset());
    sink.vector(rms.weight(), rows(scope, gradients.get(1)), perToken);
    return gradients.getFirst();
  }

  private Tensor backward(
      Scope scope, Norm.Centred centred, Tensor dy, State state, int perToken, GradientSink sink) {
    List<Tensor> gradients =
        scope
            .torch()
            .layerNormBackward(
                dy,
                state.input(),
                state.statistics().getFirst(),
                state.statistics().get(1),
                weight(centred.weight()),
                weight(centred.bias()));
    sink.vector(centred.weight(), rows(scope, gradients.get(1)), perToken);
    sink.vector(centred.bias(), rows(scope, dy), perToken);
    return gradients.getFirst();
  }

  /// [.., size] as [rows, size].
  private Tensor rows(Scope scope, Tensor x) {
    return scope.torch().view(x, -1, norm.size());
  }

  private Tensor weight(String name) {
    return weights.vector(name);
  }
}
