package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.internal.blueprint.Blueprint;
import dev.halcyon.transformer.internal.decoder.Pack;
import dev.halcyon.transformer.internal.torch.Scope;
import dev.halcyon.transformer.internal.torch.Tensor;
import java.util.Optional;

/// The first layer's input of a model on the path.
///
/// @param blueprint of the model
/// @param point on the path
/// @param base rows of the base's embeddings
/// @param delta rows of the fine-tune's less those; empty for the base itself
record PathInputs(
    Blueprint blueprint, PathPoint point, EmbeddedRows base, Optional<EmbeddedRows> delta) {
  /// The pack's rows in the point's type.
  Tensor get(Scope scope, Pack pack) {
    Tensor tokens = at(scope, base.tokens(), delta.map(EmbeddedRows::tokens), pack);
    Tensor scaled =
        blueprint.embeddingScale() == 1
            ? tokens
            : scope.torch().scale(tokens, blueprint.embeddingScale());
    return base.positions()
        .map(own -> at(scope, own, delta.flatMap(EmbeddedRows::positions), pack))
        .map(positions -> scope.torch().add(scaled, positions))
        .orElse(scaled);
  }

  private Tensor at(Scope scope, RowStore own, Optional<RowStore> change, Pack pack) {
    return point.at(scope, own.get(scope, pack), change.map(rows -> rows.get(scope, pack)));
  }
}
