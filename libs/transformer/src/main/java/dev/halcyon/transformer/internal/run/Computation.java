package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.internal.blueprint.Attention;
import dev.halcyon.transformer.internal.blueprint.Blueprint;
import dev.halcyon.transformer.internal.blueprint.FeedForward;
import dev.halcyon.transformer.internal.blueprint.Layer;
import dev.halcyon.transformer.internal.blueprint.Norm;
import dev.halcyon.transformer.internal.blueprint.Rotary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What a model computes, but for the names and sizes of its tensors: equal lists mean the same
/// function of equal weights.
final class Computation {
  private Computation() {}

  /// @param longest tokens of a sample, on which some rotary embeddings depend
  static List<Object> of(Blueprint blueprint, int longest) {
    List<Object> facts = new ArrayList<>();
    facts.add(blueprint.architecture());
    facts.add(blueprint.embeddingScale());
    facts.add(blueprint.logitCap());
    facts.add(norm(blueprint.finalNorm()));
    blueprint.layers().forEach(layer -> facts.add(layer(layer, longest)));
    return facts;
  }

  private static List<Object> layer(Layer layer, int longest) {
    return List.of(
        layer.parallel(),
        norm(layer.beforeAttention()),
        attention(layer.attention(), longest),
        norm(layer.afterAttention()),
        norm(layer.beforeFeedForward()),
        feedForward(layer.feedForward()),
        norm(layer.afterFeedForward()));
  }

  private static List<Object> attention(Attention attention, int longest) {
    return List.of(
        attention.inputs().getClass(),
        attention.heads(),
        attention.groups(),
        attention.headSize(),
        attention.scale(),
        attention.cap(),
        attention.window(),
        attention
            .headNorms()
            .map(norms -> List.of(norm(norms.query()), norm(norms.key()), norms.eachHead())),
        attention.rotary().map(rotary -> rotary(rotary, longest)));
  }

  private static List<Object> rotary(Rotary rotary, int longest) {
    return List.of(rotary.half(), rotary.scale(), Arrays.toString(rotary.frequencies(longest)));
  }

  private static List<Object> feedForward(FeedForward feedForward) {
    return List.of(feedForward.getClass(), feedForward.inner(), feedForward.activation());
  }

  private static Optional<List<Object>> norm(Optional<Norm> norm) {
    return norm.map(Computation::norm);
  }

  private static List<Object> norm(Norm norm) {
    return switch (norm) {
      case Norm.RootMeanSquare rms -> List.of("rms", rms.size(), rms.epsilon(), rms.offset());
      case Norm.Centred centred -> List.of("centred", centred.size(), centred.epsilon());
    };
  }
}
