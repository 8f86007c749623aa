package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.Objective;
import dev.halcyon.transformer.internal.blueprint.Blueprint;
import dev.halcyon.transformer.internal.torch.Scope;
import dev.halcyon.transformer.internal.torch.Tensor;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/// Rows that walk through the vocabulary together at a node.
///
/// @param blueprint of the models
/// @param point the node
/// @param states at the node [rows, hidden]
/// @param base the base's [rows, hidden]
/// @param baseLogSums of the base's logits, one a row
/// @param labels of the rows, one each
/// @param gradients to be filled with those by the states [rows, hidden]
/// @param rowProducts to be filled with the products of the output matrix's gradients with its
///   change, one a row
record NodeHeadChunk(
    Blueprint blueprint,
    PathPoint point,
    Tensor states,
    Tensor base,
    Tensor baseLogSums,
    Tensor labels,
    Map<Objective, Tensor> gradients,
    Map<Objective, Tensor> rowProducts) {
  void process(Scope scope, ParameterBlocks blocks) throws IOException {
    double cap = blueprint.logitCap();
    Tensor logits = scope.zeros(point.type(), states.size(0), blueprint.vocabulary());
    blocks.walk((temporary, first, own, fineTune) -> {
      Tensor delta = temporary.torch().difference(fineTune, own);
      Tensor weight = point.at(temporary, own, Optional.of(delta));
      temporary.torch().logitsInto(logits, first, states, weight, cap);
    });
    Tensor logSums = scope.torch().logSum(logits);
    blocks.walk((temporary, first, own, fineTune) -> {
      Tensor delta = temporary.torch().difference(fineTune, own);
      Tensor weight = point.at(temporary, own, Optional.of(delta));
      Tensor z1 = temporary.torch().narrow(logits, 1, first, own.size(0));
      Tensor changed = temporary.torch().linear(states, delta);
      gradients.forEach((objective, gradient) -> {
        Tensor dz = gradient(temporary, objective, first, own, z1, logSums);
        temporary.torch().addProduct(gradient, dz, weight);
        temporary.torch().addRowProducts(rowProducts.get(objective), dz, changed);
      });
    });
  }

  private Tensor gradient(
      Scope scope, Objective objective, long first, Tensor own, Tensor z1, Tensor logSums) {
    double cap = blueprint.logitCap();
    return switch (objective) {
      case KL -> {
        Tensor weight = scope.torch().cast(own, point.type());
        Tensor z0 = scope.torch().logits(base, weight, cap);
        yield scope.torch().divergenceGradient(z0, z1, baseLogSums, logSums, cap);
      }
      case LOSS -> scope.torch().likelihoodGradient(z1, first, logSums, labels, cap);
    };
  }
}
