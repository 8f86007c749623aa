package dev.halcyon.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/// Runs over golden models, and how their results compare.
final class FisherRuns {
  static final FisherOptions OPTIONS =
      FisherOptions.standard().withThreads(1).withDevice(TestDevice.NAME);

  private FisherRuns() {}

  static List<TokenSample> repeated(List<TokenSample> samples, int times) {
    return IntStream.range(0, samples.size() * times)
        .mapToObj(id -> withId(id, samples.get(id % samples.size())))
        .toList();
  }

  static TokenSample withId(long id, TokenSample sample) {
    return new TokenSample(id, IntStream.range(0, sample.length()).map(sample::token).toArray());
  }

  static List<TokenSample> many(int count) {
    int[] tokens = {1, 2, 3, 4, 5, 6, 7, 8};
    return IntStream.range(0, count).mapToObj(id -> new TokenSample(id, tokens)).toList();
  }

  static CollectedFisher run(GoldenCase golden, List<TokenSample> samples, FisherOptions options)
      throws Exception {
    return run(golden.folder(), samples, options);
  }

  /// A budget for groups of at most so many samples.
  static MemoryBudget groupsOf(int samples) {
    MemoryBudget standard = MemoryBudget.standard();
    return new MemoryBudget(standard.memory(), standard.disk(), standard.folder(), samples);
  }

  static CollectedFisher run(Path folder, List<TokenSample> samples, FisherOptions options)
      throws Exception {
    CollectedFisher collected = new CollectedFisher();
    try (OpenedFolder modelFolder = OpenedFolder.open(folder)) {
      DecoderModel model = modelFolder.model();
      new FisherEngine().run(new FisherRequest(model, samples, options), collected);
    }
    return collected;
  }

  static void assertSameBits(CollectedFisher one, CollectedFisher other) {
    assertThat(other.values.keySet()).isEqualTo(one.values.keySet());
    one.values.forEach(
        (name, values) -> assertThat(other.values.get(name)).as(name).isEqualTo(values));
    one.sampleSums.forEach(
        (name, sums) -> assertThat(other.sampleSums.get(name)).as(name).isEqualTo(sums));
  }

  static void assertClose(CollectedFisher values, CollectedFisher truth, double within) {
    assertThat(values.values.keySet()).isEqualTo(truth.values.keySet());
    truth.values.forEach((name, expected) ->
        assertThat(Distance.relative(values.values.get(name), expected))
            .as(name)
            .isLessThan(within));
  }

  static void add(float[] sum, float[] values, float factor) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += factor * values[i];
    }
  }

  static double total(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum;
  }
}
