package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.internal.decoder.Pack;
import dev.halcyon.transformer.internal.torch.ElementType;
import dev.halcyon.transformer.internal.torch.Scope;
import dev.halcyon.transformer.internal.torch.Tensor;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// For each row of a run its token's row of the embedding and, where the model has them, its
/// position's, as they are stored.
///
/// @param tokens float32 [rows, hidden]
/// @param positions likewise
record EmbeddedRows(RowStore tokens, Optional<RowStore> positions) implements AutoCloseable {
  static EmbeddedRows of(DivergenceContext run, WeightReader reader) throws IOException {
    TokenEmbedder embedder = new TokenEmbedder(run.blueprint(), reader, run.readAhead());
    List<Sequence> samples =
        run.packs().stream()
            .flatMap(pack -> pack.samples().stream())
            .map(run.samples()::get)
            .toList();
    RowStore tokens = run.rows(run.packs(), ElementType.FLOAT32);
    embedder.tokens(samples, tokens.block().segment());
    if (run.blueprint().positionParameter().isEmpty()) {
      return new EmbeddedRows(tokens, Optional.empty());
    }
    RowStore positions = run.rows(run.packs(), ElementType.FLOAT32);
    embedder.positions(samples, positions.block().segment());
    return new EmbeddedRows(tokens, Optional.of(positions));
  }

  /// Subtracts another model's.
  void subtract(Scope scope, EmbeddedRows other, List<Pack> packs) {
    for (Pack pack : packs) {
      try (Scope temporary = scope.open()) {
        subtract(temporary, tokens, other.tokens, pack);
        positions.ifPresent(own -> subtract(temporary, own, other.positions.orElseThrow(), pack));
      }
    }
  }

  private static void subtract(Scope scope, RowStore from, RowStore rows, Pack pack) {
    Tensor own = from.get(scope, pack);
    scope.torch().subtract(own, rows.get(scope, pack));
    if (!scope.onHost()) {
      from.put(scope, pack, own);
    }
  }

  @Override
  public void close() {
    tokens.close();
    positions.ifPresent(RowStore::close);
  }
}
