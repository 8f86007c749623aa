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
      Tensor delta = temporary.call("difference", fineTune, own);
      Tensor weight = point.at(temporary, own, Optional.of(delta));
      temporary.run("logits_into_", logits, first, states, weight, cap);
    });
    Tensor logSums = scope.call("log_sum", logits);
    blocks.walk((temporary, first, own, fineTune) -> {
      Tensor delta = temporary.call("difference", fineTune, own);
      Tensor weight = point.at(temporary, own, Optional.of(delta));
      Tensor z1 = temporary.call("narrow", logits, 1, first, own.size(0));
      Tensor changed = temporary.call("linear", states, delta);
      gradients.forEach((objective, gradient) -> {
        Tensor dz = gradient(temporary, objective, first, own, z1, logSums);
        temporary.run("add_product_", gradient, dz, weight);
        temporary.run("add_row_products_", rowProducts.get(objective), dz, changed);
      });
    });
  }

  private Tensor gradient(
      Scope scope, Objective objective, long first, Tensor own, Tensor z1, Tensor logSums) {
    double cap = blueprint.logitCap();
    return switch (objective) {
      case KL -> {
        Tensor weight = scope.call("cast", own, point.type().number());
        Tensor z0 = scope.call("logits", base, weight, cap);
        yield scope.call("divergence_gradient", z0, z1, baseLogSums, logSums, cap);
      }
      case LOSS -> scope.call("likelihood_gradient", z1, first, logSums, labels, cap);
    };
  }
}
