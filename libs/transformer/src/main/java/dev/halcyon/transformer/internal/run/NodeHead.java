package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.Objective;
import dev.halcyon.transformer.internal.blueprint.Norm;
import dev.halcyon.transformer.internal.decoder.FinalNorm;
import dev.halcyon.transformer.internal.decoder.Pack;
import dev.halcyon.transformer.internal.torch.ElementType;
import dev.halcyon.transformer.internal.torch.Scope;
import dev.halcyon.transformer.internal.torch.Tensor;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The final norm and the head at a node, forward and backward.
///
/// A chunk of rows walks through the vocabulary twice: for its logits and their normalisers, then
/// for the gradients, beside which the base's logits are computed again.
///
/// @param run what steps share
/// @param point the node
/// @param output of the base
/// @param products to be filled with the norm's and the output matrix's
/// @param blocks of both output matrices
record NodeHead(
    DivergenceContext run,
    PathPoint point,
    BaseOutput output,
    NodeProducts products,
    ParameterBlocks blocks) {
  /// @param hidden output of the last layer
  /// @param gradients to be filled with those by it
  void run(Scope scope, List<Pack> packs, RowStore hidden, Map<Objective, RowStore> gradients)
      throws IOException {
    Norm norm = run.blueprint().finalNorm();
    try (PathStream stream = new PathStream(run, point, List.of(norm.parameters()));
        PathStream.Part part = stream.next(scope);
        Scope own = scope.open()) {
      FinalNorm finalNorm = new FinalNorm(norm, part, point.type());
      PartProducts sums = new PartProducts(own, part, norm.parameters(), products);
      for (Pack pack : packs) {
        run.meter().check();
        try (Scope temporary = own.open()) {
          FinalNorm.State state = finalNorm.forward(temporary, hidden.get(temporary, pack));
          Map<Objective, Tensor> dhidden = head(temporary, pack, state.output());
          dhidden.forEach((objective, dy) ->
              gradients
                  .get(objective)
                  .put(
                      temporary,
                      pack,
                      finalNorm.backward(
                          temporary, dy, state, sums.sink(temporary, pack, objective))));
        }
        run.meter().head(pack);
      }
      sums.finish();
    }
  }

  /// Gradients by the hidden states after the norm.
  private Map<Objective, Tensor> head(Scope scope, Pack pack, Tensor states) throws IOException {
    Map<Objective, Tensor> gradients = new EnumMap<>(Objective.class);
    Map<Objective, Tensor> rowProducts = new EnumMap<>(Objective.class);
    for (Objective objective : products.objectives()) {
      gradients.put(objective, scope.zeros(point.type(), pack.rows(), run.blueprint().hidden()));
      rowProducts.put(objective, scope.zeros(ElementType.FLOAT64, pack.rows()));
    }
    Tensor base = scope.torch().cast(output.hidden().get(scope, pack), point.type());
    long[] labels = PackLabels.of(run.samples(), pack);
    int rows = chunkRows();
    for (int first = 0; first < pack.rows(); first += rows) {
      int count = Math.min(rows, pack.rows() - first);
      try (Scope own = scope.open()) {
        new NodeHeadChunk(
                run.blueprint(),
                point,
                own.torch().narrow(states, 0, first, count),
                own.torch().narrow(base, 0, first, count),
                baseLogSums(own, pack, first, count),
                own.of(Arrays.copyOfRange(labels, first, first + count), count),
                narrowed(own, gradients, first, count),
                narrowed(own, rowProducts, first, count))
            .process(own, blocks);
      }
    }
    rowProducts.forEach((objective, values) -> addBySample(pack, objective, values.doubles()));
    return gradients;
  }

  private static Map<Objective, Tensor> narrowed(
      Scope scope, Map<Objective, Tensor> tensors, int first, int count) {
    Map<Objective, Tensor> parts = new EnumMap<>(Objective.class);
    tensors.forEach(
        (objective, tensor) -> parts.put(objective, scope.torch().narrow(tensor, 0, first, count)));
    return parts;
  }

  private Tensor baseLogSums(Scope scope, Pack pack, int first, int count) {
    int from = Math.toIntExact(pack.firstRow()) + first;
    return scope.of(Arrays.copyOfRange(output.logSums(), from, from + count), count);
  }

  private int chunkRows() {
    long logits = (long) run.blueprint().vocabulary() * point.type().bytes();
    return Math.toIntExact(Math.clamp(run.plan().logitBytes() / logits, 1, Integer.MAX_VALUE));
  }

  private void addBySample(Pack pack, Objective objective, double[] rows) {
    double[] sums = new double[products.samples()];
    for (int i = 0; i < pack.samples().size(); i++) {
      for (int row = pack.start(i); row < pack.start(i) + pack.length(i); row++) {
        sums[pack.samples().get(i)] += rows[row];
      }
    }
    products.add(objective, run.blueprint().headName(), sums);
  }
}
