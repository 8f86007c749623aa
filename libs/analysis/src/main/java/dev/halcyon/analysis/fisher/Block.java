package dev.halcyon.analysis.fisher;

import java.util.ArrayList;
import java.util.List;

/// A piece of a tensor that one thread takes at a time. The pieces depend on the plan alone, so
/// sums over them, added in order, do not depend on the number of threads.
///
/// @param from first element
/// @param to element after the last
/// @param run of the tensor's chunks that it lies in
record Block(long from, long to, int run) {
  private static final long ELEMENTS = 1L << 19;

  /// The blocks of a tensor: its runs, cut where they are long; the whole tensor is one run where
  /// there are no chunks.
  static List<Block> of(PlannedParameter parameter) {
    List<Block> blocks = new ArrayList<>();
    if (parameter.runs().isEmpty()) {
      cut(0, parameter.elements(), 0, blocks);
    }
    for (int i = 0; i < parameter.runs().size(); i++) {
      ChunkRun run = parameter.runs().get(i);
      cut(run.from(), run.to(), i, blocks);
    }
    return blocks;
  }

  /// The runs' sums out of those of their blocks.
  static List<Double> chunkSums(PlannedParameter parameter, List<Block> blocks, double[] sums) {
    List<CompensatedSum> runs = new ArrayList<>();
    parameter.runs().forEach(_ -> runs.add(new CompensatedSum()));
    for (int i = 0; i < blocks.size() && !runs.isEmpty(); i++) {
      runs.get(blocks.get(i).run()).add(sums[i]);
    }
    return runs.stream().map(CompensatedSum::value).toList();
  }

  private static void cut(long from, long to, int run, List<Block> blocks) {
    for (long at = from; at < to; at += ELEMENTS) {
      blocks.add(new Block(at, Math.min(at + ELEMENTS, to), run));
    }
  }
}
