package dev.halcyon.transformer.internal.blueprint;

import java.util.List;
import java.util.stream.Stream;

/// A layer's feed-forward network.
public sealed interface FeedForward {
  /// Maps back to the residual stream.
  Projection down();

  Activation activation();

  /// Width between the projections.
  default int inner() {
    return down().inputs();
  }

  List<Parameter> parameters();

  /// `down(activation(up(x)))`.
  record Plain(Projection up, Projection down, Activation activation) implements FeedForward {
    @Override
    public List<Parameter> parameters() {
      return join(up, down);
    }
  }

  /// `down(activation(gate(x)) up(x))` (Shazeer 2020).
  record Gated(Projection gate, Projection up, Projection down, Activation activation)
      implements FeedForward {
    @Override
    public List<Parameter> parameters() {
      return join(gate, up, down);
    }
  }

  /// [Gated] with both maps in one matrix, the gate's outputs first.
  record FusedGated(Projection gateAndUp, Projection down, Activation activation)
      implements FeedForward {
    @Override
    public List<Parameter> parameters() {
      return join(gateAndUp, down);
    }
  }

  private static List<Parameter> join(Projection... projections) {
    return Stream.of(projections).flatMap(p -> p.parameters().stream()).toList();
  }
}
