package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.internal.decoder.Pack;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// The text's own next token of each of a pack's rows.
final class PackLabels {
  private PackLabels() {}

  /// @param samples of the run, by number
  static long[] of(List<Sequence> samples, Pack pack) {
    return pack.samples().stream().map(samples::get).flatMapToLong(PackLabels::of).toArray();
  }

  private static LongStream of(Sequence sample) {
    return IntStream.range(1, sample.length()).mapToLong(sample::token);
  }
}
