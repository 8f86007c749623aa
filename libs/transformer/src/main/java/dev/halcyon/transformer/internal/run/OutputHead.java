package dev.halcyon.transformer.internal.run;

import dev.halcyon.contracts.request.FisherEstimator.Labels;
import dev.halcyon.transformer.internal.blueprint.Blueprint;
import dev.halcyon.transformer.internal.decoder.Pack;
import dev.halcyon.transformer.internal.torch.ElementType;
import dev.halcyon.transformer.internal.torch.KeptRows;
import dev.halcyon.transformer.internal.torch.Scope;
import dev.halcyon.transformer.internal.torch.Tensor;
import dev.halcyon.transformer.internal.torch.WeightedSamples;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// From hidden states to the loss and back: logits, softmax, and the squared gradients of the
/// output matrix, in blocks of the vocabulary.
///
/// A chunk of samples walks the matrix twice: for each row's normaliser, then for the gradient. Its
/// logits stay in between where they fit, else they are computed again.
final class OutputHead {
  private final RunContext run;
  private final Blueprint blueprint;
  private final SampleLedger ledger;
  private final HeadBlocks blocks;
  private final SquareSum sum;
  private final EmbeddingGradient embedding;
  private final HeadMemory memory;

  /// @param sum of the output matrix
  OutputHead(
      RunContext run,
      HeadBlocks blocks,
      SquareSum sum,
      EmbeddingGradient embedding,
      HeadMemory memory) {
    this.run = run;
    this.blueprint = run.blueprint();
    this.ledger = run.ledger();
    this.blocks = blocks;
    this.sum = sum;
    this.embedding = embedding;
    this.memory = memory;
  }

  /// Measures the pack's samples, leaves out those without a finite loss, and adds the others'
  /// squared gradients.
  ///
  /// @param hidden states after the final norm [rows, hidden]
  /// @return gradient of each sample's summed loss by them, in float32
  Tensor backward(Scope scope, Tensor hidden, Pack pack) throws IOException {
    Tensor gradient = scope.zeros(ElementType.FLOAT32, pack.rows(), blueprint.hidden());
    for (HeadChunk chunk : HeadChunk.of(pack, memory.chunkRows())) {
      try (Scope temporary = scope.open()) {
        Tensor x = temporary.torch().narrow(hidden, 0, chunk.firstRow(), chunk.rows());
        Tensor dx = temporary.torch().narrow(gradient, 0, chunk.firstRow(), chunk.rows());
        new Chunk(temporary, chunk, x, dx).process();
      }
    }
    return gradient;
  }

  /// One chunk on its way.
  private final class Chunk {
    private final Scope scope;
    private final HeadChunk chunk;
    private final Tensor x;
    private final Tensor dx;
    private final Optional<Tensor> kept;
    private Tensor logSums;

    Chunk(Scope scope, HeadChunk chunk, Tensor x, Tensor dx) {
      this.scope = scope;
      this.chunk = chunk;
      this.x = x;
      this.dx = dx;
      this.kept = memory.logits(scope, chunk.rows(), blueprint.vocabulary());
    }

    void process() throws IOException {
      long[] own = chunk.labels(ledger);
      Tensor blockSums = measure(own);
      if (run.options().labels() == Labels.EMPIRICAL) {
        differentiate(own, Optional.empty());
      } else {
        LabelDraw draw =
            new LabelDraw(
                chunk, ledger, run.options().seed(), blockSums.doubles(), logSums.doubles());
        differentiate(draw.labels(), Optional.of(draw));
      }
    }

    /// The first walk.
    ///
    /// @return log of the mass of each row's blocks [rows, blocks]
    private Tensor measure(long[] own) throws IOException {
      Tensor ownLabels = scope.of(own, own.length);
      Tensor picked = scope.zeros(ElementType.FLOAT64, chunk.rows());
      List<Tensor> sums = new ArrayList<>();
      blocks.walk((first, weight) -> {
        try (Scope temporary = scope.open()) {
          Tensor block = compute(temporary, first, weight);
          sums.add(scope.adopt(temporary.torch().logSum(block)));
          temporary.torch().pick(picked, block, first, ownLabels);
        }
      });
      Tensor blockSums = scope.torch().stack(sums.toArray(Tensor[]::new), 1);
      logSums = scope.torch().logSumOf(blockSums);
      judge(logSums.doubles(), picked.doubles());
      return blockSums;
    }

    private void judge(double[] normalisers, double[] logitsOfLabels) {
      for (int i = 0; i < chunk.samples().size(); i++) {
        double loss = 0;
        for (int row = (int) chunk.bounds()[i]; row < chunk.bounds()[i + 1]; row++) {
          loss += normalisers[row] - logitsOfLabels[row];
        }
        loss /= chunk.bounds()[i + 1] - chunk.bounds()[i];
        if (Double.isFinite(loss)) {
          ledger.measured(chunk.samples().get(i), loss);
        } else {
          ledger.leaveOut(chunk.samples().get(i));
        }
      }
    }

    /// The second walk.
    private void differentiate(long[] chosen, Optional<LabelDraw> draw) throws IOException {
      long[] members =
          chunk.samples().stream()
              .mapToLong(number -> ledger.counts(number) ? number : -1)
              .toArray();
      double[] weights = chunk.samples().stream().mapToDouble(ledger::weight).toArray();
      WeightedSamples samples = new WeightedSamples(chunk.bounds(), members, weights);
      Optional<Tensor> tiedRows =
          blueprint.tied()
              ? Optional.of(embedding.keptRows(scope, chunk.samples()))
              : Optional.empty();
      blocks.walk((first, weight) -> {
        try (Scope temporary = scope.open()) {
          Tensor block = again(temporary, first, weight);
          int index = Math.toIntExact(first / sum.blockRows());
          draw.ifPresent(d -> d.draw(temporary, index, first, block, logSums));
          Tensor targets = temporary.of(chosen, chosen.length);
          temporary.torch().lossGradient(block, first, logSums, targets, blueprint.logitCap());
          temporary.torch().addProduct(dx, block, weight);
          square(temporary, block, first, weight.size(0), samples, tiedRows);
        }
      });
      tiedRows.ifPresent(rows -> embedding.keepRows(scope, chunk.samples(), rows));
    }

    private void square(
        Scope temporary,
        Tensor gradient,
        long first,
        long count,
        WeightedSamples samples,
        Optional<Tensor> tiedRows) {
      Tensor total = sum.rows(temporary, first, count);
      if (tiedRows.isEmpty()) {
        temporary.torch().squareMatrix(total, gradient, x, samples, sum.sums());
        return;
      }
      long[] tokens = embedding.tokensFrom(chunk.samples(), first);
      KeptRows kept =
          new KeptRows(
              temporary.of(tokens, tokens.length),
              embedding.bounds(chunk.samples(), first, count),
              tiedRows.get());
      temporary.torch().squareMatrixBut(total, gradient, x, samples, sum.sums(), kept);
    }

    private Tensor compute(Scope temporary, long first, Tensor weight) {
      if (kept.isEmpty()) {
        return temporary.torch().logits(x, weight, blueprint.logitCap());
      }
      temporary.torch().logitsInto(kept.get(), first, x, weight, blueprint.logitCap());
      return temporary.torch().narrow(kept.get(), 1, first, weight.size(0));
    }

    private Tensor again(Scope temporary, long first, Tensor weight) {
      return kept.isEmpty()
          ? temporary.torch().logits(x, weight, blueprint.logitCap())
          : temporary.torch().narrow(kept.get(), 1, first, weight.size(0));
    }
  }
}
