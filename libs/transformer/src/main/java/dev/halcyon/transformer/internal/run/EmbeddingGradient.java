package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.internal.blueprint.Blueprint;
import dev.halcyon.transformer.internal.decoder.Pack;
import dev.halcyon.transformer.internal.torch.Scope;
import dev.halcyon.transformer.internal.torch.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The embedding's gradient, of which each sample touches the rows of its own tokens.
///
/// A tied head's gradient adds to it before squaring, and comes first: the rows of it that the
/// sample's tokens will add to are set aside until then.
final class EmbeddingGradient implements AutoCloseable {
  private final Blueprint blueprint;
  private final SampleLedger ledger;
  private final Map<Integer, TokenRows> rows = new HashMap<>();
  private final Map<Integer, Long> firstKept = new HashMap<>();
  private final HostMemory.Block kept;

  /// @param samples of the group
  EmbeddingGradient(
      Blueprint blueprint, SampleLedger ledger, List<Integer> samples, HostMemory memory)
      throws IOException {
    this.blueprint = blueprint;
    this.ledger = ledger;
    long total = 0;
    for (int sample : samples) {
      TokenRows own = TokenRows.of(ledger.sample(sample));
      rows.put(sample, own);
      firstKept.put(sample, total);
      total += own.tokens().length;
    }
    this.kept = memory.allocate(blueprint.tied() ? RowStore.bytes(total, blueprint.hidden()) : 0);
  }

  /// The rows that samples next to each other have set aside [rows, hidden]; to be written.
  Tensor keptRows(Scope scope, List<Integer> samples) {
    return scope.wrap(keptSegment(samples), keptCount(samples), blueprint.hidden());
  }

  /// Stores what was written to [#keptRows], where that was a copy.
  void keepRows(Scope scope, List<Integer> samples, Tensor written) {
    if (!scope.onHost()) {
      scope.copy(written, keptSegment(samples));
    }
  }

  /// Tokens of the samples' rows, each sample's in order, end to end, counted from `first`.
  long[] tokensFrom(List<Integer> samples, long first) {
    return samples.stream()
        .flatMapToInt(sample -> java.util.Arrays.stream(rows.get(sample).tokens()))
        .mapToLong(token -> token - first)
        .toArray();
  }

  /// For each sample where those of its rows begin and end that lie within a block.
  long[] bounds(List<Integer> samples, long first, long count) {
    long[] bounds = new long[2 * samples.size()];
    long offset = 0;
    for (int i = 0; i < samples.size(); i++) {
      TokenRows own = rows.get(samples.get(i));
      bounds[2 * i] = offset + own.from(first);
      bounds[2 * i + 1] = offset + own.from(first + count);
      offset += own.tokens().length;
    }
    return bounds;
  }

  /// Adds the squares of a pack's gradients to the sum.
  ///
  /// @param dx gradient by the embedded tokens [rows, hidden]
  void add(Scope scope, Tensor dx, Pack pack, SquareSum sum) {
    for (int i = 0; i < pack.samples().size(); i++) {
      int sample = pack.samples().get(i);
      if (ledger.counts(sample)) {
        try (Scope temporary = scope.open()) {
          Tensor own = temporary.torch().narrow(dx, 0, pack.start(i), pack.length(i));
          addSample(temporary, own, sample, sum);
        }
      }
    }
  }

  private void addSample(Scope scope, Tensor dx, int sample, SquareSum sum) {
    TokenRows own = rows.get(sample);
    Tensor targets = scope.of(own.targets(), own.targets().length);
    Tensor gradient =
        scope.torch().sumRows(dx, targets, own.tokens().length, blueprint.embeddingScale());
    if (blueprint.tied()) {
      gradient = scope.torch().add(gradient, keptRows(scope, List.of(sample)));
    }
    Tensor total = scope.torch().select(sum.sums(), 0, sample);
    for (long first = 0; first < sum.rows(); first += sum.blockRows()) {
      long count = Math.min(sum.blockRows(), sum.rows() - first);
      addBlock(scope, gradient, own, first, count, ledger.weight(sample), sum, total);
    }
  }

  private static void addBlock(
      Scope scope,
      Tensor gradient,
      TokenRows own,
      long first,
      long count,
      double weight,
      SquareSum sum,
      Tensor total) {
    int from = own.from(first);
    int to = own.from(first + count);
    if (from == to) {
      return;
    }
    long[] index = new long[to - from];
    for (int i = from; i < to; i++) {
      index[i - from] = own.tokens()[i] - first;
    }
    scope
        .torch()
        .squareRowsAt(
            sum.rows(scope, first, count),
            scope.of(index, index.length),
            scope.torch().narrow(gradient, 0, from, to - from),
            weight,
            total);
  }

  private MemorySegment keptSegment(List<Integer> samples) {
    long from = firstKept.get(samples.getFirst());
    return kept.segment()
        .asSlice(
            RowStore.bytes(from, blueprint.hidden()),
            RowStore.bytes(keptCount(samples), blueprint.hidden()));
  }

  private long keptCount(List<Integer> samples) {
    return samples.stream().mapToLong(sample -> rows.get(sample).tokens().length).sum();
  }

  @Override
  public void close() {
    kept.close();
  }
}
