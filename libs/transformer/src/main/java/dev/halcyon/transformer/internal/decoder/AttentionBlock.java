package dev.halcyon.transformer.internal.decoder;

import dev.halcyon.transformer.internal.blueprint.Attention;
import dev.halcyon.transformer.internal.blueprint.Norm;
import dev.halcyon.transformer.internal.decoder.HeadInputs.Heads;
import dev.halcyon.transformer.internal.torch.ElementType;
import dev.halcyon.transformer.internal.torch.Scope;
import dev.halcyon.transformer.internal.torch.Tensor;
import java.util.Optional;

/// A layer's attention, from the residual stream and back to it.
///
/// @param attention which
/// @param weights hold its tensors
/// @param type precision of the computation
record AttentionBlock(Attention attention, Weights weights, ElementType type) {
  /// What the backward pass needs.
  ///
  /// @param input [n, hidden]
  /// @param queryNorm and
  /// @param keyNorm where heads are normalised
  /// @param heads as they meet: normalised and rotated
  /// @param result of the attention
  /// @param output [n, hidden]
  record State(
      Tensor input,
      Optional<NormLayer.State> queryNorm,
      Optional<NormLayer.State> keyNorm,
      Heads heads,
      AttentionCore.Result result,
      Tensor output) {
    /// All but the output, which only a norm after it needs.
    void moveTo(Scope scope) {
      scope.adopt(input);
      queryNorm.ifPresent(state -> state.moveTo(scope));
      keyNorm.ifPresent(state -> state.moveTo(scope));
      heads.moveTo(scope);
      result.moveTo(scope);
    }
  }

  /// @param x [n, hidden]
  State forward(Scope scope, Tensor x, Pack pack) {
    Heads raw = inputs().forward(scope, x);
    Optional<NormLayer.State> queryNorm =
        attention.headNorms().map(norms -> norm(scope, norms.query(), raw.query()));
    Optional<NormLayer.State> keyNorm =
        attention.headNorms().map(norms -> norm(scope, norms.key(), raw.key()));
    Tensor query = queryNorm.map(state -> heads(scope, state, raw.query())).orElse(raw.query());
    Tensor key = keyNorm.map(state -> heads(scope, state, raw.key())).orElse(raw.key());
    Heads heads =
        new Heads(rotate(scope, query, pack, 1), rotate(scope, key, pack, 1), raw.value());
    AttentionCore.Result result = new AttentionCore(attention).forward(scope, heads, pack);
    Tensor output = output().forward(scope, flat(scope, result.output()));
    return new State(x, queryNorm, keyNorm, heads, result, output);
  }

  /// The way back, the parameters' gradients into the sink.
  ///
  /// @param dy gradient by the output [n, hidden]
  /// @return gradient by the input
  Tensor backward(Scope scope, Tensor dy, State state, Pack pack, GradientSink sink) {
    Tensor dflat = output().backward(scope, dy, flat(scope, state.result().output()), sink);
    long[] shape = {-1, attention.heads(), attention.headSize()};
    Tensor doutput = scope.torch().view(dflat, shape);
    Heads gradient =
        new AttentionCore(attention).backward(scope, doutput, state.heads(), state.result(), pack);
    Tensor dquery = rotate(scope, gradient.query(), pack, -1);
    Tensor dkey = rotate(scope, gradient.key(), pack, -1);
    if (attention.headNorms().isPresent()) {
      Attention.HeadNorms norms = attention.headNorms().get();
      dquery = normBackward(scope, norms.query(), dquery, state.queryNorm().orElseThrow(), sink);
      dkey = normBackward(scope, norms.key(), dkey, state.keyNorm().orElseThrow(), sink);
    }
    return inputs().backward(scope, new Heads(dquery, dkey, gradient.value()), state.input(), sink);
  }

  private NormLayer.State norm(Scope scope, Norm norm, Tensor x) {
    return new NormLayer(norm, weights).forward(scope, normed(scope, x), type);
  }

  private Tensor normBackward(
      Scope scope, Norm norm, Tensor dy, NormLayer.State state, GradientSink sink) {
    int perToken = eachHead() ? Math.toIntExact(dy.size(1)) : 1;
    Tensor dx =
        new NormLayer(norm, weights).backward(scope, normed(scope, dy), state, perToken, sink);
    long[] shape = {dy.size(0), dy.size(1), dy.size(2)};
    return scope.torch().view(scope.torch().cast(dx, type), shape);
  }

  /// Heads [n, heads, size] as the norm sees them: one by one, or [n, heads x size].
  private Tensor normed(Scope scope, Tensor heads) {
    return eachHead() ? heads : flat(scope, heads);
  }

  private static Tensor heads(Scope scope, NormLayer.State state, Tensor like) {
    long[] shape = {like.size(0), like.size(1), like.size(2)};
    return scope.torch().view(state.output(), shape);
  }

  private boolean eachHead() {
    return attention.headNorms().orElseThrow().eachHead();
  }

  /// Rotates by the tokens' positions, or back.
  private Tensor rotate(Scope scope, Tensor heads, Pack pack, double sign) {
    return attention
        .rotary()
        .map(rotary -> {
          Pack.Rotation rotation = pack.rotations().get(rotary);
          return scope.torch().rotate(heads, rotation.cosines(), rotation.sines(), sign);
        })
        .orElse(heads);
  }

  private static Tensor flat(Scope scope, Tensor x) {
    return scope.torch().view(x, x.size(0), -1);
  }

  private HeadInputs inputs() {
    return new HeadInputs(attention, weights);
  }

  private LinearMap output() {
    return new LinearMap(attention.output(), weights);
  }
}
