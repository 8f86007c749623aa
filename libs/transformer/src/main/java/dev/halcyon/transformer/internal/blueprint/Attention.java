package dev.halcyon.transformer.internal.blueprint;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A layer's causal self-attention.
///
/// @param inputs how queries, keys and values come out of the residual stream
/// @param output maps the heads' results back
/// @param heads of queries
/// @param groups of keys and values; each serves `heads / groups` heads
/// @param headSize width of a head
/// @param scale factor on scores
/// @param cap c of `c tanh(score / c)`, 0 for none
/// @param window tokens that a token sees, itself included; 0 for all before it
/// @param headNorms norms of queries and keys, where there are any
/// @param rotary position embedding, where there is one
public record Attention(
    Inputs inputs,
    Projection output,
    int heads,
    int groups,
    int headSize,
    double scale,
    double cap,
    int window,
    Optional<HeadNorms> headNorms,
    Optional<Rotary> rotary) {

  /// How queries, keys and values come out of the residual stream.
  public sealed interface Inputs {
    List<Projection> projections();

    /// Three matrices.
    record Separate(Projection query, Projection key, Projection value) implements Inputs {
      @Override
      public List<Projection> projections() {
        return List.of(query, key, value);
      }
    }

    /// One matrix: all queries, then all keys, then all values.
    record Concatenated(Projection all) implements Inputs {
      @Override
      public List<Projection> projections() {
        return List.of(all);
      }
    }

    /// One matrix: for each head its query, key and value.
    record ByHead(Projection all) implements Inputs {
      @Override
      public List<Projection> projections() {
        return List.of(all);
      }
    }
  }

  /// Norms of queries and keys.
  ///
  /// @param query norm
  /// @param key norm
  /// @param eachHead whether over each head's width, or over that of all heads together
  public record HeadNorms(Norm.RootMeanSquare query, Norm.RootMeanSquare key, boolean eachHead) {}

  /// The same with norms of queries and keys.
  Attention withHeadNorms(HeadNorms norms) {
    return new Attention(
        inputs, output, heads, groups, headSize, scale, cap, window, Optional.of(norms), rotary);
  }

  /// The same with another factor on scores.
  Attention withScale(double factor) {
    return new Attention(
        inputs, output, heads, groups, headSize, factor, cap, window, headNorms, rotary);
  }

  /// The same with a soft cap on scores.
  Attention withScoreCap(double scoreCap) {
    return new Attention(
        inputs, output, heads, groups, headSize, scale, scoreCap, window, headNorms, rotary);
  }

  public int queryWidth() {
    return heads * headSize;
  }

  public int keyWidth() {
    return groups * headSize;
  }

  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>();
    inputs.projections().forEach(p -> all.addAll(p.parameters()));
    headNorms.ifPresent(norms -> all.addAll(norms.query().parameters()));
    headNorms.ifPresent(norms -> all.addAll(norms.key().parameters()));
    all.addAll(output.parameters());
    return all;
  }
}
