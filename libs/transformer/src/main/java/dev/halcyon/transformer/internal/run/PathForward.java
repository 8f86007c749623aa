package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.internal.blueprint.Layer;
import dev.halcyon.transformer.internal.decoder.DecoderLayer;
import dev.halcyon.transformer.internal.decoder.Pack;
import dev.halcyon.transformer.internal.torch.Scope;
import dev.halcyon.transformer.internal.torch.Tensor;
import java.io.IOException;
import java.util.List;

/// From tokens to the last layer's output, of a model on the path: each layer over all packs before
/// the next.
///
/// @param run what steps share
/// @param point on the path
/// @param inputs filled for every layer
/// @param kept takes the activations of the last so many layers
/// @param keptLayers how many
/// @param oneWay whether no backward pass follows, so that a layer's input can go when it is done
record PathForward(
    DivergenceContext run,
    PathPoint point,
    LayerInputs inputs,
    KeptActivations kept,
    int keptLayers,
    boolean oneWay) {
  void run(Scope scope, List<Pack> packs, PathInputs embedded) throws IOException {
    embed(scope, packs, embedded);
    List<Layer> layers = run.blueprint().layers();
    try (PathStream stream =
        new PathStream(run, point, layers.stream().map(Layer::parameters).toList())) {
      for (int i = 0; i < layers.size(); i++) {
        inputs.open(i + 1);
        layer(scope, i, stream, packs);
        if (oneWay) {
          inputs.close(i);
        }
        run.meter().forward(packs);
      }
    }
  }

  private void embed(Scope scope, List<Pack> packs, PathInputs embedded) throws IOException {
    RowStore first = inputs.open(0);
    for (Pack pack : packs) {
      try (Scope temporary = scope.open()) {
        first.put(temporary, pack, embedded.get(temporary, pack));
      }
    }
  }

  private void layer(Scope scope, int index, PathStream stream, List<Pack> packs)
      throws IOException {
    try (PathStream.Part part = stream.next(scope)) {
      DecoderLayer decoder =
          new DecoderLayer(run.blueprint().layers().get(index), part, point.type());
      for (int i = 0; i < packs.size(); i++) {
        run.meter().check();
        try (Scope temporary = scope.open()) {
          DecoderLayer.State state = pack(temporary, decoder, index, packs.get(i));
          if (index >= run.blueprint().layers().size() - keptLayers) {
            kept.put(index, i, scope.open(), state);
          }
        }
      }
    }
  }

  private DecoderLayer.State pack(Scope scope, DecoderLayer decoder, int index, Pack pack) {
    Tensor x = inputs.get(index).get(scope, pack);
    DecoderLayer.State state = decoder.forward(scope, x, pack);
    inputs.get(index + 1).put(scope, pack, decoder.output(scope, state));
    return state;
  }
}
