package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.internal.decoder.DecoderLayer;
import dev.halcyon.transformer.internal.torch.Scope;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Activations that stay in memory between the forward and the backward pass.
final class KeptActivations implements AutoCloseable {
  private final Map<Key, Kept> kept = new HashMap<>();

  private record Key(int layer, int pack) {}

  /// @param scope that the state's tensors live in
  /// @param state of a layer over a pack
  record Kept(Scope scope, DecoderLayer.State state) implements AutoCloseable {
    @Override
    public void close() {
      scope.close();
    }
  }

  void put(int layer, int pack, Scope scope, DecoderLayer.State state) {
    state.moveTo(scope);
    kept.put(new Key(layer, pack), new Kept(scope, state));
  }

  /// Hands a state over to the caller, who closes it.
  Optional<Kept> take(int layer, int pack) {
    return Optional.ofNullable(kept.remove(new Key(layer, pack)));
  }

  @Override
  public void close() {
    kept.values().forEach(Kept::close);
  }
}
