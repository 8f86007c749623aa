package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.Objective;
import dev.halcyon.transformer.internal.blueprint.Blueprint;
import dev.halcyon.transformer.internal.blueprint.Layer;
import dev.halcyon.transformer.internal.decoder.DecoderLayer;
import dev.halcyon.transformer.internal.decoder.Pack;
import dev.halcyon.transformer.internal.torch.Scope;
import dev.halcyon.transformer.internal.torch.Tensor;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One node of the path: a forward pass with weights `base + s delta`, and from the gradients by
/// its logits a backward pass for each objective that takes each tensor's product with its change.
///
/// @param run what steps share
/// @param point the node
/// @param keptLayers layers that keep their activations
/// @param embedded inputs of the first layer
/// @param output of the base, which the gradients start from
/// @param products to be filled
record NodePass(
    DivergenceContext run,
    PathPoint point,
    int keptLayers,
    PathInputs embedded,
    BaseOutput output,
    NodeProducts products) {
  /// @param packs of a group that follow one another
  /// @param head of both models, the fine-tune's as its own
  void run(Scope scope, List<Pack> packs, ParameterBlocks head) throws IOException {
    Map<Objective, RowStore> gradients = new EnumMap<>(Objective.class);
    try (LayerInputs inputs = new LayerInputs(() -> run.rows(packs, point.type()));
        KeptActivations kept = new KeptActivations()) {
      for (Objective objective : products.objectives()) {
        gradients.put(objective, run.rows(packs, point.type()));
      }
      new PathForward(run, point, inputs, kept, keptLayers, false).run(scope, packs, embedded);
      int last = run.blueprint().layers().size();
      new NodeHead(run, point, output, products, head)
          .run(scope, packs, inputs.get(last), gradients);
      inputs.close(last);
      backward(scope, packs, inputs, kept, gradients);
      embeddings(scope, packs, gradients);
    } finally {
      gradients.values().forEach(RowStore::close);
    }
  }

  private void backward(
      Scope scope,
      List<Pack> packs,
      LayerInputs inputs,
      KeptActivations kept,
      Map<Objective, RowStore> gradients)
      throws IOException {
    List<Layer> layers = run.blueprint().layers().reversed();
    try (PathStream stream =
        new PathStream(run, point, layers.stream().map(Layer::parameters).toList())) {
      for (int index = layers.size() - 1; index >= 0; index--) {
        layer(scope, index, stream, packs, inputs, kept, gradients);
        inputs.close(index);
        run.meter().backward(packs);
      }
    }
  }

  private void layer(
      Scope scope,
      int index,
      PathStream stream,
      List<Pack> packs,
      LayerInputs inputs,
      KeptActivations kept,
      Map<Objective, RowStore> gradients)
      throws IOException {
    Layer layer = run.blueprint().layers().get(index);
    try (PathStream.Part part = stream.next(scope);
        Scope own = scope.open()) {
      PartProducts sums = new PartProducts(own, part, layer.parameters(), products);
      DecoderLayer decoder = new DecoderLayer(layer, part, point.type());
      for (int i = 0; i < packs.size(); i++) {
        run.meter().check();
        Optional<KeptActivations.Kept> before = kept.take(index, i);
        try (Scope temporary = own.open()) {
          Pack pack = packs.get(i);
          DecoderLayer.State state =
              before
                  .map(KeptActivations.Kept::state)
                  .orElseGet(() ->
                      decoder.forward(temporary, inputs.get(index).get(temporary, pack), pack));
          gradients.forEach(
              (objective, store) -> pack(temporary, decoder, state, pack, store, sums, objective));
        } finally {
          before.ifPresent(KeptActivations.Kept::close);
        }
      }
      sums.finish();
    }
  }

  private static void pack(
      Scope scope,
      DecoderLayer decoder,
      DecoderLayer.State state,
      Pack pack,
      RowStore gradient,
      PartProducts sums,
      Objective objective) {
    try (Scope temporary = scope.open()) {
      Tensor dy = gradient.get(temporary, pack);
      Tensor dx =
          decoder.backward(temporary, dy, state, pack, sums.sink(temporary, pack, objective));
      gradient.put(temporary, pack, dx);
    }
  }

  private void embeddings(Scope scope, List<Pack> packs, Map<Objective, RowStore> gradients) {
    Blueprint blueprint = run.blueprint();
    EmbeddedRows change = embedded.delta().orElseThrow();
    gradients.forEach((objective, store) -> {
      products.add(
          objective,
          blueprint.tokens(),
          rows(scope, packs, store, change.tokens(), blueprint.embeddingScale()));
      blueprint
          .positionParameter()
          .ifPresent(parameter ->
              products.add(
                  objective,
                  parameter.name(),
                  rows(scope, packs, store, change.positions().orElseThrow(), 1)));
    });
  }

  private double[] rows(
      Scope scope, List<Pack> packs, RowStore gradient, RowStore change, double scale) {
    try (Scope own = scope.open()) {
      Tensor sums = own.of(new double[products.samples()], products.samples());
      for (Pack pack : packs) {
        try (Scope temporary = own.open()) {
          long[] members = pack.samples().stream().mapToLong(Integer::longValue).toArray();
          temporary
              .torch()
              .addRowsProducts(
                  sums,
                  gradient.get(temporary, pack),
                  change.get(temporary, pack),
                  scale,
                  pack.bounds(),
                  members);
        }
      }
      return sums.doubles();
    }
  }
}
