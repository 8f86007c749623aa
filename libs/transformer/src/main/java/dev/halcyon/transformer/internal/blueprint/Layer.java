package dev.halcyon.transformer.internal.blueprint;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A decoder layer: attention and a feed-forward network around the residual stream, with norms
/// before or after them.
///
/// Sequential: `h = x + after(attention(before(x)))`, `y = h + after(feedForward(before(h)))`.
/// Parallel: `y = x + after(attention(before(x))) + after(feedForward(before(x)))`.
///
/// @param beforeAttention norm, where there is one; the others likewise
/// @param parallel whether both read the layer's input
public record Layer(
    Optional<Norm> beforeAttention,
    Attention attention,
    Optional<Norm> afterAttention,
    Optional<Norm> beforeFeedForward,
    FeedForward feedForward,
    Optional<Norm> afterFeedForward,
    boolean parallel) {

  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>();
    beforeAttention.ifPresent(norm -> all.addAll(norm.parameters()));
    all.addAll(attention.parameters());
    afterAttention.ifPresent(norm -> all.addAll(norm.parameters()));
    beforeFeedForward.ifPresent(norm -> all.addAll(norm.parameters()));
    all.addAll(feedForward.parameters());
    afterFeedForward.ifPresent(norm -> all.addAll(norm.parameters()));
    return all;
  }
}
