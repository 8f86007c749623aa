package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.internal.blueprint.Blueprint;
import dev.halcyon.transformer.internal.decoder.FinalNorm;
import dev.halcyon.transformer.internal.decoder.GradientSink;
import dev.halcyon.transformer.internal.decoder.Pack;
import dev.halcyon.transformer.internal.torch.Scope;
import dev.halcyon.transformer.internal.torch.Tensor;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// The final norm and the head, forward and backward.
///
/// @param run what steps share
/// @param sums of squared gradients
/// @param embedding that a tied head's gradient adds to
record HeadPass(RunContext run, Sums sums, EmbeddingGradient embedding) {
  /// @param hidden output of the last layer
  /// @param gradient to be filled with the gradient by it
  /// @param sum of the output matrix
  /// @param last whether no more samples follow
  void run(
      Scope scope,
      List<Pack> packs,
      RowStore hidden,
      RowStore gradient,
      SquareSum sum,
      boolean last)
      throws IOException {
    Blueprint blueprint = run.blueprint();
    try (Scope own = scope.open();
        HeadMemory memory = headMemory(own);
        HeadBlocks blocks = blocks(own, packs, sum);
        PartSums normSums =
            new PartSums(own, blueprint.finalNorm().parameters(), sums, run.ledger());
        WeightStream stream =
            new WeightStream(
                run.reader(),
                run.readAhead(),
                List.of(RunContext.part(blueprint.finalNorm().parameters())));
        WeightStream.Loaded loaded = stream.next()) {
      FinalNorm norm =
          new FinalNorm(
              blueprint.finalNorm(),
              new LoadedWeights(own, blueprint.finalNorm().parameters(), loaded, run.type()),
              run.type());
      OutputHead head = head(blocks, sum, memory);
      for (Pack pack : packs) {
        run.meter().check();
        try (Scope temporary = own.open()) {
          Tensor x = hidden.get(temporary, pack);
          FinalNorm.State state = norm.forward(temporary, x);
          Tensor dhidden = head.backward(temporary, state.output(), pack);
          GradientSink sink = normSums.sink(temporary, pack);
          gradient.put(temporary, pack, norm.backward(temporary, dhidden, state, sink));
        }
        run.meter().head(pack.rows());
      }
      sums.requireFinite(sum);
      normSums.finish(own, last);
    }
  }

  private OutputHead head(HeadBlocks blocks, SquareSum sum, HeadMemory memory) {
    return new OutputHead(run, blocks, sum, embedding, memory);
  }

  private HeadMemory headMemory(Scope scope) {
    long bytes = run.plan().logitBytes();
    Optional<HostMemory.Block> host =
        scope.onHost() ? Optional.of(run.memory().insist(bytes)) : Optional.empty();
    return new HeadMemory(run.plan().chunkRows(), bytes, host);
  }

  private HeadBlocks blocks(Scope scope, List<Pack> packs, SquareSum sum) throws IOException {
    int chunks =
        packs.stream().mapToInt(pack -> HeadChunk.of(pack, run.plan().chunkRows()).size()).sum();
    Optional<HostMemory.Block> whole =
        run.plan().headWhole()
            ? Optional.of(run.memory().insist(SquareSum.bytes(run.blueprint().headParameter())))
            : Optional.empty();
    return new HeadBlocks(
        scope,
        run.blueprint().headParameter(),
        sum.blockRows(),
        run.type(),
        run.reader(),
        run.readAhead(),
        2 * chunks,
        whole);
  }
}
