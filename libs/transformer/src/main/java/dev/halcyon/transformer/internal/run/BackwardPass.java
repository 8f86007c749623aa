package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.internal.blueprint.Layer;
import dev.halcyon.transformer.internal.decoder.DecoderLayer;
import dev.halcyon.transformer.internal.decoder.Pack;
import dev.halcyon.transformer.internal.torch.Scope;
import dev.halcyon.transformer.internal.torch.Tensor;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// From the last layer to the first: each layer over all packs, its activations kept or computed
/// again, its parameters' sums handed on when it is done.
///
/// @param run what steps share
/// @param sums of squared gradients
/// @param inputs of the layers; each is closed when its layer is done
/// @param kept activations
record BackwardPass(RunContext run, Sums sums, LayerInputs inputs, KeptActivations kept) {
  /// @param gradient by the last layer's output; becomes that by the first layer's input
  /// @param rows of all packs
  /// @param last whether no more samples follow
  void run(Scope scope, List<Pack> packs, RowStore gradient, long rows, boolean last)
      throws IOException {
    List<Layer> backward = run.blueprint().layers().reversed();
    try (WeightStream stream = run.stream(backward)) {
      for (int index = backward.size() - 1; index >= 0; index--) {
        layer(scope, index, stream, packs, gradient, last);
        inputs.close(index);
        run.meter().backward(index, rows);
      }
    }
  }

  private void layer(
      Scope scope,
      int index,
      WeightStream stream,
      List<Pack> packs,
      RowStore gradient,
      boolean last)
      throws IOException {
    Layer layer = run.blueprint().layers().get(index);
    try (WeightStream.Loaded loaded = stream.next();
        Scope own = scope.open();
        PartSums layerSums = new PartSums(own, layer.parameters(), sums, run.ledger())) {
      LoadedWeights weights = new LoadedWeights(own, layer.parameters(), loaded, run.type());
      DecoderLayer decoder = new DecoderLayer(layer, weights, run.type());
      for (int i = 0; i < packs.size(); i++) {
        run.meter().check();
        pack(own, decoder, index, i, packs.get(i), gradient, layerSums);
      }
      layerSums.finish(own, last);
    }
  }

  private void pack(
      Scope scope,
      DecoderLayer decoder,
      int index,
      int number,
      Pack pack,
      RowStore gradient,
      PartSums layerSums) {
    Optional<KeptActivations.Kept> before = kept.take(index, number);
    try (Scope temporary = scope.open()) {
      DecoderLayer.State state =
          before
              .map(KeptActivations.Kept::state)
              .orElseGet(
                  () -> decoder.forward(temporary, inputs.get(index).get(temporary, pack), pack));
      Tensor dy = gradient.get(temporary, pack);
      Tensor dx = decoder.backward(temporary, dy, state, pack, layerSums.sink(temporary, pack));
      gradient.put(temporary, pack, dx);
    } finally {
      before.ifPresent(KeptActivations.Kept::close);
    }
  }
}
