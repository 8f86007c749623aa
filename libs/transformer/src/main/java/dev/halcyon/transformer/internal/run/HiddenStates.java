package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.internal.decoder.FinalNorm;
import dev.halcyon.transformer.internal.decoder.Pack;
import dev.halcyon.transformer.internal.torch.ElementType;
import dev.halcyon.transformer.internal.torch.Scope;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// The hidden states that a model's head turns into logits, in float64.
///
/// @param run what steps share
record HiddenStates(DivergenceContext run) {
  /// Those of all packs [rows, hidden]; the caller closes them.
  RowStore of(Scope scope, WeightReader model, EmbeddedRows embedded) throws IOException {
    PathPoint point = PathPoint.of(model, ElementType.FLOAT64);
    int last = run.blueprint().layers().size();
    try (LayerInputs inputs = new LayerInputs(() -> run.rows(run.packs(), ElementType.FLOAT64));
        KeptActivations kept = new KeptActivations()) {
      new PathForward(run, point, inputs, kept, 0, true)
          .run(
              scope,
              run.packs(),
              new PathInputs(run.blueprint(), point, embedded, Optional.empty()));
      return normalise(scope, point, inputs.get(last));
    }
  }

  private RowStore normalise(Scope scope, PathPoint point, RowStore hidden) throws IOException {
    var norm = run.blueprint().finalNorm();
    RowStore states = run.rows(run.packs(), ElementType.FLOAT64);
    try (PathStream stream = new PathStream(run, point, List.of(norm.parameters()));
        PathStream.Part part = stream.next(scope)) {
      for (Pack pack : run.packs()) {
        try (Scope temporary = scope.open()) {
          FinalNorm.State state =
              new FinalNorm(norm, part, point.type())
                  .forward(temporary, hidden.get(temporary, pack));
          states.put(temporary, pack, state.output());
        }
      }
      return states;
    } catch (Throwable e) {
      states.close();
      throw e;
    }
  }
}
