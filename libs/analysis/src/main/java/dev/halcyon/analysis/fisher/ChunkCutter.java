package dev.halcyon.analysis.fisher;

import java.util.ArrayList;
import java.util.List;

/// Cuts a component into equal runs.
///
/// @param elements of the component, over all its tensors
/// @param chunks how many runs; 0 for none
record ChunkCutter(long elements, int chunks) {
  /// First element of a chunk.
  long start(int chunk) {
    return Math.multiplyExact(elements, (long) chunk) / chunks;
  }

  /// The chunks' parts of the tensor that takes the component's elements from `from` to before
  /// `to`.
  List<ChunkRun> runs(long from, long to) {
    List<ChunkRun> runs = new ArrayList<>();
    for (int chunk = 0; chunk < chunks; chunk++) {
      long start = Math.max(from, start(chunk));
      long end = Math.min(to, start(chunk + 1));
      if (start < end) {
        runs.add(new ChunkRun(chunk, start - from, end - from));
      }
    }
    return runs;
  }
}
