package dev.halcyon.transformer.internal.run;

import java.util.Arrays;
import java.util.stream.IntStream;

/// The rows of the embedding that a sample reads.
///
/// @param tokens each token once, in order
/// @param targets for each position the index of its token among them
@SuppressWarnings("ArrayRecordComponent") // large, and never compared
record TokenRows(int[] tokens, long[] targets) {
  static TokenRows of(Sequence sample) {
    int[] tokens =
        IntStream.range(0, sample.rows()).map(sample::token).sorted().distinct().toArray();
    long[] targets =
        IntStream.range(0, sample.rows())
            .mapToLong(position -> Arrays.binarySearch(tokens, sample.token(position)))
            .toArray();
    return new TokenRows(tokens, targets);
  }

  /// Index of the first token that is at least `token`.
  int from(long token) {
    int at = Arrays.binarySearch(tokens, Math.toIntExact(token));
    return at < 0 ? -at - 1 : at;
  }
}
