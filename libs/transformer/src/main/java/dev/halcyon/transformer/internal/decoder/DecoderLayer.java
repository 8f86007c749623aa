package dev.halcyon.transformer.internal.decoder;

import dev.halcyon.transformer.internal.blueprint.Layer;
import dev.halcyon.transformer.internal.blueprint.Norm;
import dev.halcyon.transformer.internal.torch.ElementType;
import dev.halcyon.transformer.internal.torch.Scope;
import dev.halcyon.transformer.internal.torch.Tensor;
import java.util.Optional;

/// A decoder layer and its backward pass, written by hand.
///
/// The residual stream is float32 in any precision.
///
/// @param layer which
/// @param weights hold its tensors
/// @param type precision of matrices and of what they are applied to
public record DecoderLayer(Layer layer, Weights weights, ElementType type) {
  /// What the backward pass needs; norms that the layer lacks are empty.
  ///
  /// @param middle the residual stream after attention, where the feed-forward network reads it
  public record State(
      Optional<NormLayer.State> beforeAttention,
      AttentionBlock.State attention,
      Optional<NormLayer.State> afterAttention,
      Tensor middle,
      Optional<NormLayer.State> beforeFeedForward,
      FeedForwardBlock.State feedForward,
      Optional<NormLayer.State> afterFeedForward) {
    /// Lets what the backward pass needs outlive the scope it was made in.
    public void moveTo(Scope scope) {
      beforeAttention.ifPresent(state -> state.moveTo(scope));
      attention.moveTo(scope);
      afterAttention.ifPresent(state -> state.moveTo(scope));
      beforeFeedForward.ifPresent(state -> state.moveTo(scope));
      feedForward.moveTo(scope);
      afterFeedForward.ifPresent(state -> state.moveTo(scope));
    }
  }

  /// All activations but the output. Where a norm follows the feed-forward network, that one too.
  ///
  /// @param x the layer's input [n, hidden]
  public State forward(Scope scope, Tensor x, Pack pack) {
    Optional<NormLayer.State> beforeAttention = norm(scope, layer.beforeAttention(), x);
    AttentionBlock.State attention = attention().forward(scope, output(beforeAttention, x), pack);
    Optional<NormLayer.State> afterAttention =
        norm(scope, layer.afterAttention(), attention.output());
    Tensor middle = scope.torch().add(x, output(afterAttention, attention.output()));
    Tensor source = layer.parallel() ? x : middle;
    Optional<NormLayer.State> beforeFeedForward = norm(scope, layer.beforeFeedForward(), source);
    FeedForwardBlock.State feedForward =
        feedForward().forward(scope, output(beforeFeedForward, source));
    Optional<NormLayer.State> afterFeedForward =
        layer.afterFeedForward().isEmpty()
            ? Optional.empty()
            : norm(scope, layer.afterFeedForward(), feedForward().down(scope, feedForward));
    return new State(
        beforeAttention,
        attention,
        afterAttention,
        middle,
        beforeFeedForward,
        feedForward,
        afterFeedForward);
  }

  /// The layer's output [n, hidden].
  public Tensor output(Scope scope, State state) {
    Tensor result =
        state
            .afterFeedForward()
            .map(NormLayer.State::output)
            .orElseGet(() -> feedForward().down(scope, state.feedForward()));
    return scope.torch().add(state.middle(), result);
  }

  /// The way back, the parameters' gradients into the sink.
  ///
  /// @param dy gradient by the output [n, hidden]
  /// @return gradient by the input
  public Tensor backward(Scope scope, Tensor dy, State state, Pack pack, GradientSink sink) {
    Tensor dresult =
        normBackward(scope, layer.afterFeedForward(), dy, state.afterFeedForward(), sink);
    Tensor dfeed = feedForward().backward(scope, dresult, state.feedForward(), sink);
    Tensor dsource =
        normBackward(scope, layer.beforeFeedForward(), dfeed, state.beforeFeedForward(), sink);
    Tensor both = scope.torch().add(dy, dsource);
    Tensor dmiddle = layer.parallel() ? dy : both;
    Tensor dattention =
        normBackward(scope, layer.afterAttention(), dmiddle, state.afterAttention(), sink);
    Tensor dinput = attention().backward(scope, dattention, state.attention(), pack, sink);
    Tensor dbefore =
        normBackward(scope, layer.beforeAttention(), dinput, state.beforeAttention(), sink);
    return scope.torch().add(both, dbefore);
  }

  private Optional<NormLayer.State> norm(Scope scope, Optional<Norm> norm, Tensor x) {
    return norm.map(n -> new NormLayer(n, weights).forward(scope, x, type));
  }

  private Tensor normBackward(
      Scope scope,
      Optional<Norm> norm,
      Tensor dy,
      Optional<NormLayer.State> state,
      GradientSink sink) {
    return norm.map(
            n -> new NormLayer(n, weights).backward(scope, dy, state.orElseThrow(), 1, sink))
        .orElse(dy);
  }

  private static Tensor output(Optional<NormLayer.State> norm, Tensor otherwise) {
    return norm.map(NormLayer.State::output).orElse(otherwise);
  }

  private AttentionBlock attention() {
    return new AttentionBlock(layer.attention(), weights, type);
  }

  private FeedForwardBlock feedForward() {
    return new FeedForwardBlock(layer.feedForward(), weights);
  }
}
