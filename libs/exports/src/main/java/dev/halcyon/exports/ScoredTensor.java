package dev.halcyon.exports;

import dev.halcyon.analysis.names.ComponentGroup;
import dev.halcyon.analysis.names.TensorName;
import dev.halcyon.tensors.Shape;
import java.util.Optional;
import java.util.Set;

/// A tensor and how much it matters.
///
/// @param name of it
/// @param shape empty where the results do not say it
/// @param elements of it
/// @param score not defined (`NaN`) where it was not computed
public record ScoredTensor(TensorName name, Optional<Shape> shape, long elements, double score) {
  private static final String WEIGHT = ".weight";
  private static final Set<String> ROUTERS =
      Set.of("mlp.gate", "mlp.router", "block_sparse_moe.gate", "feed_forward.router");

  String key() {
    return name.key();
  }

  /// The module that the tensor is the weight of.
  String module() {
    return key().substring(0, key().length() - WEIGHT.length());
  }

  /// Whether it is the matrix of a linear layer in the stack of layers: of attention or MLP, and no
  /// router of experts.
  boolean isLinear() {
    return name.layer().isPresent()
        && name.tower().isEmpty()
        && key().endsWith(WEIGHT)
        && isOfAttentionOrMlp()
        && isMatrix()
        && !isRouter();
  }

  /// Whether it decides which experts a token is given to.
  boolean isRouter() {
    return ROUTERS.contains(name.part());
  }

  /// Whether it has rows and columns, by its shape or, where that is not known, by its name.
  boolean isMatrix() {
    return shape.map(known -> known.rank() == 2).orElseGet(() -> !isVectorByName());
  }

  private boolean isVectorByName() {
    return name.group() == ComponentGroup.NORM
        || name.part().endsWith("norm")
        || key().endsWith(".bias");
  }

  private boolean isOfAttentionOrMlp() {
    return name.group() == ComponentGroup.ATTENTION || name.group() == ComponentGroup.MLP;
  }
}
