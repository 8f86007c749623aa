package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.internal.decoder.Pack;
import java.util.ArrayList;
import java.util.List;

/// Samples of a pack that go through the head together.
///
/// @param samples their numbers
/// @param firstRow in the pack
/// @param bounds of each, from the chunk's first row on
@SuppressWarnings("ArrayRecordComponent") // large, and never compared
record HeadChunk(List<Integer> samples, long firstRow, long[] bounds) {
  int rows() {
    return Math.toIntExact(bounds[bounds.length - 1]);
  }

  /// Cuts a pack so that a chunk has at most so many rows, or is one sample.
  static List<HeadChunk> of(Pack pack, long rows) {
    List<HeadChunk> chunks = new ArrayList<>();
    int from = 0;
    while (from < pack.samples().size()) {
      int to = from + 1;
      while (to < pack.samples().size() && pack.bounds()[to + 1] - pack.bounds()[from] <= rows) {
        to++;
      }
      chunks.add(of(pack, from, to));
      from = to;
    }
    return chunks;
  }

  private static HeadChunk of(Pack pack, int from, int to) {
    long first = pack.bounds()[from];
    long[] bounds = new long[to - from + 1];
    for (int i = 0; i < bounds.length; i++) {
      bounds[i] = pack.bounds()[from + i] - first;
    }
    return new HeadChunk(pack.samples().subList(from, to), first, bounds);
  }

  /// The text's own next token of every row.
  long[] labels(SampleLedger ledger) {
    long[] labels = new long[rows()];
    int at = 0;
    for (int number : samples) {
      Sequence sample = ledger.sample(number);
      for (int position = 1; position < sample.length(); position++) {
        labels[at++] = sample.token(position);
      }
    }
    return labels;
  }
}
