package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.internal.decoder.Pack;
import dev.halcyon.transformer.internal.torch.ElementType;
import dev.halcyon.transformer.internal.torch.Scope;
import dev.halcyon.transformer.internal.torch.Tensor;
import java.io.IOException;

/// Compares a model's next-token distributions with the base's, in float64 and in blocks of the
/// vocabulary, by the differences of their logits.
///
/// @param run what steps share
/// @param blocks of both output matrices
record OutputComparison(DivergenceContext run, ParameterBlocks blocks) {
  /// Rows that walk through the vocabulary together.
  private static final int ROWS = 512;

  /// @param base hidden states of the base
  /// @param other of the other model
  ComparedRows compare(Scope scope, RowStore base, RowStore other) throws IOException {
    ComparedRows compared = new ComparedRows(run.totalRows());
    for (Pack pack : run.packs()) {
      try (Scope temporary = scope.open()) {
        Tensor h0 = base.get(temporary, pack);
        Tensor h1 = other.get(temporary, pack);
        long[] labels = labels(pack);
        for (int first = 0; first < pack.rows(); first += ROWS) {
          rows(temporary, h0, h1, labels, pack, first, compared);
        }
      }
      run.meter().measured(pack);
    }
    return compared;
  }

  private void rows(
      Scope scope, Tensor h0, Tensor h1, long[] labels, Pack pack, int first, ComparedRows compared)
      throws IOException {
    int count = Math.min(ROWS, pack.rows() - first);
    try (Scope own = scope.open()) {
      Tensor x0 = own.torch().narrow(h0, 0, first, count);
      Tensor x1 = own.torch().narrow(h1, 0, first, count);
      Tensor targets = own.of(java.util.Arrays.copyOfRange(labels, first, first + count), count);
      Tensor state = own.of(ComparedRows.begin(count), ComparedRows.STATE, count);
      blocks.walk((temporary, from, baseBlock, otherBlock) -> {
        Tensor z0 = logits(temporary, x0, baseBlock);
        Tensor z1 = logits(temporary, x1, otherBlock);
        temporary.torch().compareBlock(state, z0, z1, from, targets);
      });
      compared.take(Math.toIntExact(pack.firstRow()) + first, state.doubles(), count);
    }
  }

  private Tensor logits(Scope scope, Tensor x, Tensor weight) {
    Tensor wide = scope.torch().cast(weight, ElementType.FLOAT64);
    return scope.torch().logits(x, wide, run.blueprint().logitCap());
  }

  /// The next token of each of the pack's rows.
  private long[] labels(Pack pack) {
    return PackLabels.of(run.samples(), pack);
  }
}
