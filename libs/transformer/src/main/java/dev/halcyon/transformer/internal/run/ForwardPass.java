package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.internal.blueprint.Blueprint;
import dev.halcyon.transformer.internal.blueprint.Layer;
import dev.halcyon.transformer.internal.decoder.DecoderLayer;
import dev.halcyon.transformer.internal.decoder.Pack;
import dev.halcyon.transformer.internal.torch.Scope;
import dev.halcyon.transformer.internal.torch.Tensor;
import java.io.IOException;
import java.util.List;

/// From tokens to the last layer's output: each layer over all packs before the next.
///
/// @param run what steps share
/// @param inputs filled for every layer
/// @param kept takes the activations of the layers that keep them
/// @param oneWay whether no backward pass follows, so that a layer's input can go when it is done
record ForwardPass(RunContext run, LayerInputs inputs, KeptActivations kept, boolean oneWay) {
  /// @param rows of all packs
  void run(Scope scope, List<Pack> packs, long rows) throws IOException {
    Blueprint blueprint = run.blueprint();
    List<Sequence> samples =
        packs.stream().flatMap(p -> p.samples().stream()).map(run.ledger()::sample).toList();
    new TokenEmbedder(blueprint, run.reader(), run.readAhead())
        .embed(samples, inputs.open(0).block().segment());
    try (WeightStream stream = run.stream(blueprint.layers())) {
      for (int i = 0; i < blueprint.layers().size(); i++) {
        inputs.open(i + 1);
        layer(scope, i, stream, packs);
        if (oneWay) {
          inputs.close(i);
        }
        run.meter().forward(i + 1, rows);
      }
    }
  }

  private void layer(Scope scope, int index, WeightStream stream, List<Pack> packs)
      throws IOException {
    Layer layer = run.blueprint().layers().get(index);
    try (WeightStream.Loaded loaded = stream.next();
        Scope own = scope.open()) {
      LoadedWeights weights = new LoadedWeights(own, layer.parameters(), loaded, run.type());
      DecoderLayer decoder = new DecoderLayer(layer, weights, run.type());
      for (int i = 0; i < packs.size(); i++) {
        run.meter().check();
        try (Scope temporary = own.open()) {
          DecoderLayer.State state = pack(temporary, decoder, index, packs.get(i));
          if (keeps(index)) {
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

  private boolean keeps(int layer) {
    return layer >= run.blueprint().layers().size() - run.plan().keptLayers();
  }
}
