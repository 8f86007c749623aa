package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.internal.torch.Scope;
import dev.halcyon.transformer.internal.torch.Tensor;
import java.util.Arrays;

/// Draws a label for every row of a chunk from the model's own distribution, by inverting its
/// cumulative probability: first to a block of the vocabulary, then within it.
final class LabelDraw {
  private final long[] labels;
  private final int[] block;
  private final double[] rest;

  /// @param seed of the run
  /// @param blockSums log of the probability mass of each block, unnormalised, row by row
  /// @param logSums log of all blocks' mass, for each row
  LabelDraw(HeadChunk chunk, SampleLedger ledger, long seed, double[] blockSums, double[] logSums) {
    int rows = chunk.rows();
    int blocks = blockSums.length / rows;
    labels = new long[rows];
    block = new int[rows];
    rest = new double[rows];
    Arrays.fill(labels, -1);
    int row = 0;
    for (int number : chunk.samples()) {
      long sample = ledger.sample(number).id();
      for (int position = 0; position < ledger.sample(number).rows(); position++) {
        choose(row, LabelSampler.uniform(seed, sample, position), blockSums, blocks, logSums[row]);
        row++;
      }
    }
  }

  private void choose(int row, double uniform, double[] blockSums, int blocks, double logSum) {
    double below = 0;
    for (int i = 0; i < blocks; i++) {
      double mass = Math.exp(blockSums[row * blocks + i] - logSum);
      block[row] = i;
      rest[row] = uniform - below;
      if (uniform < below + mass) {
        return;
      }
      below += mass;
    }
  }

  /// Draws the labels that fall into a block.
  ///
  /// @param index of the block
  /// @param first token of it
  /// @param logits of it [rows, tokens]
  /// @param logSums of the whole vocabulary
  void draw(Scope scope, int index, long first, Tensor logits, Tensor logSums) {
    int[] rows = rowsOf(index);
    if (rows.length == 0) {
      return;
    }
    long[] wide = Arrays.stream(rows).asLongStream().toArray();
    double[] thresholds = Arrays.stream(rows).mapToDouble(row -> rest[row]).toArray();
    long[] drawn =
        scope
            .torch()
            .draw(
                logits,
                scope.of(wide, wide.length),
                logSums,
                scope.of(thresholds, thresholds.length))
            .longs();
    for (int i = 0; i < rows.length; i++) {
      labels[rows[i]] = first + drawn[i];
    }
  }

  /// The labels drawn so far; -1 elsewhere.
  long[] labels() {
    return labels;
  }

  private int[] rowsOf(int index) {
    return java.util.stream.IntStream.range(0, block.length)
        .filter(row -> block[row] == index)
        .toArray();
  }
}
