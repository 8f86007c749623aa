package dev.halcyon.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FisherEngineTest {
  private static final FisherOptions OPTIONS = FisherOptions.standard().withThreads(1);

  /// Untied and tied, in the formats that need most of the engine.
  private static final GoldenCase LLAMA = GoldenCase.named("llama-dynamic");

  private static final GoldenCase TIED = GoldenCase.named("llama-tied");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"llama-dynamic", "llama-tied", "gpt2"})
  void samplesDoNotDependOnWhatTheyArePackedWith(String name) throws Exception {
    GoldenCase golden = GoldenCase.named(name);
    CollectedFisher together = run(golden, golden.samples(), OPTIONS);
    for (TokenSample sample : golden.samples()) {
      CollectedFisher alone = run(golden, List.of(sample), OPTIONS);
      alone.sampleSums.forEach((parameter, sums) ->
          assertThat(together.sampleSums.get(parameter)[(int) sample.id()])
              .as(parameter + " of " + sample)
              .isCloseTo(sums[0], Percentage.withPercentage(1e-3)));
    }
  }

  @Test
  void theMeanIsThatOfTheSamplesAlone() throws Exception {
    CollectedFisher together = run(TIED, TIED.samples(), OPTIONS);
    List<CollectedFisher> alone = new ArrayList<>();
    for (TokenSample sample : TIED.samples()) {
      alone.add(run(TIED, List.of(sample), OPTIONS));
    }
    together.values.forEach((name, values) -> {
      float[] mean = new float[values.length];
      alone.forEach(one -> add(mean, one.values.get(name), 1f / alone.size()));
      assertThat(Distance.relative(values, mean)).as(name).isLessThan(1e-5);
    });
  }

  @Test
  void sampleSumsAddUpToTheParametersSum() throws Exception {
    CollectedFisher collected = run(TIED, TIED.samples(), OPTIONS.withAggregation(Aggregation.SUM));
    collected.values.forEach((name, values) ->
        assertThat(Arrays.stream(collected.sampleSums.get(name)).sum())
            .as(name)
            .isCloseTo(total(values), Percentage.withPercentage(1e-3)));
  }

  @Test
  void sumsOfRangesAddUpToTheMeanOfAll() throws Exception {
    FisherOptions sum = OPTIONS.withAggregation(Aggregation.SUM);
    CollectedFisher whole = run(TIED, TIED.samples(), OPTIONS);
    CollectedFisher first = run(TIED, TIED.samples().subList(0, 3), sum);
    CollectedFisher second = run(TIED, TIED.samples().subList(3, 4), sum);
    whole.values.forEach((name, values) -> {
      float[] mean = new float[values.length];
      add(mean, first.values.get(name), 0.25f);
      add(mean, second.values.get(name), 0.25f);
      assertThat(Distance.relative(mean, values)).as(name).isLessThan(1e-5);
    });
  }

  @Test
  void tokenWeightingCountsASampleOnceForEachPrediction() throws Exception {
    TokenSample sample = LLAMA.samples().getFirst();
    CollectedFisher once = run(LLAMA, List.of(sample), OPTIONS);
    CollectedFisher often = run(LLAMA, List.of(sample), OPTIONS.withWeighting(Weighting.TOKEN));
    once.values.forEach((name, values) -> {
      float[] scaled = new float[values.length];
      add(scaled, values, sample.predictions());
      assertThat(Distance.relative(often.values.get(name), scaled)).as(name).isLessThan(1e-6);
    });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void theSameRequestGivesTheSameBits(int threads) throws Exception {
    FisherOptions options = OPTIONS.withThreads(threads);
    CollectedFisher first = run(TIED, TIED.samples(), options);
    CollectedFisher second = run(TIED, TIED.samples(), options);
    assertSameBits(first, second);
  }

  @ParameterizedTest
  @EnumSource(ActivationMode.class)
  void keepingActivationsChangesNothing(ActivationMode mode) throws Exception {
    CollectedFisher standard =
        run(LLAMA, LLAMA.samples(), OPTIONS.withActivations(ActivationMode.RECOMPUTE));
    CollectedFisher other = run(LLAMA, LLAMA.samples(), OPTIONS.withActivations(mode));
    assertSameBits(standard, other);
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-dynamic", "llama-tied"})
  void withoutMemoryLayerInputsGoToDisk(String name) throws Exception {
    GoldenCase golden = GoldenCase.named(name);
    CollectedFisher inMemory = run(golden, golden.samples(), OPTIONS);
    CollectedFisher onDisk =
        run(golden, golden.samples(), OPTIONS.withBudget(new MemoryBudget(0, 1 << 20, folder)));
    assertThat(onDisk.estimate.disk()).isPositive();
    assertThat(onDisk.estimate.groups()).isEqualTo(1);
    assertClose(onDisk, inMemory, 1e-6);
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-dynamic", "llama-tied", "gpt2"})
  void withLittleDiskSamplesGoInGroups(String name) throws Exception {
    GoldenCase golden = GoldenCase.named(name);
    List<TokenSample> samples = repeated(golden.samples(), 8);
    CollectedFisher whole = run(golden, samples, OPTIONS);
    CollectedFisher grouped = run(golden, samples, OPTIONS.withBudget(roomForOneGroup(golden)));
    assertThat(grouped.estimate.groups()).isGreaterThan(1);
    assertClose(grouped, whole, 1e-5);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void tooLittleRoomIsRefusedBeforeAnythingIsComputed() {
    FisherOptions options = OPTIONS.withBudget(new MemoryBudget(0, 1000, folder));
    assertThatThrownBy(() -> run(LLAMA, LLAMA.samples(), options))
        .hasMessageContaining("budget")
        .hasMessageContaining("temporary files");
  }

  @Test
  void aSampleWithoutFiniteLossIsLeftOutAndNamed() throws Exception {
    int poison = 60;
    Path model =
        TinyCheckpoint.copy(
            LLAMA.folder(),
            folder.resolve("model"),
            (name, values) -> {
              if (name.equals("model.embed_tokens.weight")) {
                values[poison * 24 + 3] = Float.NaN;
              }
            });
    List<TokenSample> clean = withoutToken(LLAMA.samples(), poison);
    List<TokenSample> mixed = new ArrayList<>(clean);
    mixed.add(1, new TokenSample(77, new int[] {1, 2, poison, 4, 5}));
    CollectedFisher without = run(model, clean, OPTIONS);
    CollectedFisher with = run(model, mixed, OPTIONS);
    assertThat(with.leftOut).containsExactly(new LeftOut(77, java.util.Optional.empty()));
    assertThat(with.restarts).isZero();
    assertThat(with.losses).extracting(SampleLoss::id).doesNotContain(77L);
    assertClose(with, without, 1e-6);
  }

  @Test
  void aSampleWithoutFiniteGradientRestartsTheRunWithoutIt() throws Exception {
    int poison = 60;
    Path model = overflowingAt(poison);
    List<TokenSample> clean = withoutToken(LLAMA.samples(), poison);
    List<TokenSample> mixed = new ArrayList<>(clean);
    mixed.add(2, new TokenSample(77, new int[] {1, 2, poison, 4, 5}));
    CollectedFisher without = run(model, clean, OPTIONS);
    CollectedFisher with = run(model, mixed, OPTIONS);
    assertThat(with.leftOut).extracting(LeftOut::id).containsExactly(77L);
    assertThat(with.leftOut.getFirst().reason())
        .contains("sample 77")
        .contains("model.layers.0.mlp.down_proj.weight");
    assertThat(with.restarts).isEqualTo(1);
    assertClose(with, without, 1e-6);
  }

  @Test
  void withoutAnyUsableSampleThereIsNoResult() throws Exception {
    Path model =
        TinyCheckpoint.copy(
            LLAMA.folder(),
            folder.resolve("model"),
            (name, values) -> {
              if (name.equals("model.norm.weight")) {
                Arrays.fill(values, Float.NaN);
              }
            });
    assertThatThrownBy(() -> run(model, LLAMA.samples(), OPTIONS))
        .isInstanceOf(NoUsableSampleException.class)
        .hasMessageContaining("4");
  }

  @Test
  void drawnLabelsGiveTheTrueFisherInformation() throws Exception {
    long[] tokens = TIED.longs("true.tokens");
    int[] text = Arrays.stream(tokens).mapToInt(Math::toIntExact).toArray();
    List<TokenSample> samples =
        IntStream.range(0, 3000).mapToObj(id -> new TokenSample(id, text)).toList();
    CollectedFisher drawn = run(TIED, samples, OPTIONS.withLabels(Labels.SAMPLED, 7));
    for (String name : TIED.parameters()) {
      float[] truth = TIED.floats("true." + name);
      assertThat(total(drawn.values.get(name)))
          .as(name)
          .isCloseTo(total(truth), Percentage.withPercentage(6));
      assertThat(Distance.relative(drawn.values.get(name), truth)).as(name).isLessThan(0.25);
    }
  }

  @Test
  void drawnLabelsDependOnTheSampleAndTheSeedAlone() throws Exception {
    FisherOptions sampled = OPTIONS.withLabels(Labels.SAMPLED, 7);
    CollectedFisher together = run(LLAMA, LLAMA.samples(), sampled);
    TokenSample third = LLAMA.samples().get(3);
    CollectedFisher alone = run(LLAMA, List.of(third), sampled.withThreads(2));
    CollectedFisher otherSeed = run(LLAMA, List.of(third), OPTIONS.withLabels(Labels.SAMPLED, 8));
    alone.sampleSums.forEach((name, sums) -> {
      double own = together.sampleSums.get(name)[3];
      assertThat(own).as(name).isCloseTo(sums[0], Percentage.withPercentage(1e-3));
      assertThat(otherSeed.sampleSums.get(name)[0]).as(name).isNotEqualTo(sums[0]);
    });
  }

  @Test
  void losingMemoryForLogitsDoesNotChangeDrawnLabels() throws Exception {
    FisherOptions sampled = OPTIONS.withLabels(Labels.SAMPLED, 7);
    CollectedFisher kept = run(LLAMA, LLAMA.samples(), sampled);
    CollectedFisher computedTwice =
        run(LLAMA, LLAMA.samples(), sampled.withBudget(new MemoryBudget(0, 1 << 20, folder)));
    assertClose(computedTwice, kept, 1e-6);
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"BF16", "FP16"})
  void lowerPrecisionStaysNear(Precision precision) throws Exception {
    CollectedFisher single = run(LLAMA, LLAMA.samples(), OPTIONS);
    CollectedFisher lower = run(LLAMA, LLAMA.samples(), OPTIONS.withPrecision(precision));
    lower.values.forEach((name, values) ->
        assertThat(Distance.relative(values, single.values.get(name)))
            .as(name)
            .isBetween(1e-6, 0.1));
  }

  @Test
  void progressGrowsToTheWhole() throws Exception {
    CollectedFisher collected = run(LLAMA, LLAMA.samples(), OPTIONS);
    List<Double> fractions = collected.progress.stream().map(FisherProgress::fraction).toList();
    assertThat(fractions).isSorted();
    assertThat(fractions.getLast()).isCloseTo(1, Percentage.withPercentage(1e-6));
  }

  @Test
  void anInterruptStopsTheRunAndTheNextOneWorks() throws Exception {
    Thread caller = Thread.currentThread();
    FisherListener interrupting =
        new FisherListener() {
          @Override
          public void estimated(FisherEstimate estimate) {
            caller.interrupt();
          }

          @Override
          public void parameter(ParameterFisher fisher) {
            throw new AssertionError("a parameter after the interrupt");
          }
        };
    try (DecoderModel model = DecoderModel.open(LLAMA.folder())) {
      FisherRequest request = new FisherRequest(model, many(2000), OPTIONS);
      assertThatThrownBy(() -> new FisherEngine().run(request, interrupting))
          .isInstanceOf(InterruptedException.class);
    }
    assertThat(run(LLAMA, LLAMA.samples(), OPTIONS).values).isNotEmpty();
  }

  @Test
  void aListenersFailureEndsTheRun() throws Exception {
    try (DecoderModel model = DecoderModel.open(LLAMA.folder())) {
      FisherRequest request = new FisherRequest(model, LLAMA.samples(), OPTIONS);
      assertThatThrownBy(() ->
              new FisherEngine()
                  .run(
                      request,
                      fisher -> {
                        throw new IOException("disk full");
                      }))
          .isInstanceOf(IOException.class)
          .hasMessage("disk full");
    }
  }

  @Test
  void tokensOfAnotherVocabularyAreRefused() {
    List<TokenSample> samples = List.of(new TokenSample(5, new int[] {1, 61, 3}));
    assertThatThrownBy(() -> run(LLAMA, samples, OPTIONS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sample 5")
        .hasMessageContaining("token 61 at position 1")
        .hasMessageContaining("vocabulary of 61");
  }

  @Test
  void sequencesBeyondLearnedPositionsAreRefused() {
    List<TokenSample> samples = List.of(new TokenSample(5, new int[33]));
    assertThatThrownBy(() -> run(GoldenCase.named("gpt2"), samples, OPTIONS))
        .hasMessageContaining("positions for 32 tokens");
  }

  @Test
  void aDeviceThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> run(LLAMA, LLAMA.samples(), OPTIONS.withDevice("tpu")))
        .hasMessageContaining("cuda:N");
  }

  /// A model whose first feed-forward network is huge inside and small outside, for one token.
  private Path overflowingAt(int token) throws IOException {
    int hidden = 24;
    int feature = 5;
    return TinyCheckpoint.copy(
        LLAMA.folder(),
        folder.resolve("model"),
        (name, values) -> {
          switch (name) {
            case "model.embed_tokens.weight" -> {
              each(values, i -> i % hidden == feature, v -> 0f);
              values[token * hidden + feature] = 1;
            }
            case "model.layers.0.self_attn.o_proj.weight" ->
                each(values, i -> i / 32 == feature, v -> 0f);
            case "model.layers.0.mlp.up_proj.weight" ->
                each(values, i -> i % hidden == feature, v -> 1e25f);
            case "model.layers.0.mlp.down_proj.weight" -> each(values, i -> true, v -> v * 1e-25f);
            default -> {}
          }
        });
  }

  private static void each(
      float[] values, java.util.function.IntPredicate where, UnaryOperator<Float> change) {
    for (int i = 0; i < values.length; i++) {
      if (where.test(i)) {
        values[i] = change.apply(values[i]);
      }
    }
  }

  /// Enough disk for squared gradients between groups and the layer inputs of the longest sample.
  private MemoryBudget roomForOneGroup(GoldenCase golden) throws IOException {
    try (DecoderModel model = DecoderModel.open(golden.folder())) {
      long rows = 26L * (model.layers() + 3) * 24 * Float.BYTES;
      long head = 2L * model.vocabulary() * 24 * Float.BYTES;
      return new MemoryBudget(head, model.elements() * Float.BYTES + rows, folder);
    }
  }

  private static List<TokenSample> repeated(List<TokenSample> samples, int times) {
    return IntStream.range(0, samples.size() * times)
        .mapToObj(id -> withId(id, samples.get(id % samples.size())))
        .toList();
  }

  private static TokenSample withId(long id, TokenSample sample) {
    return new TokenSample(id, IntStream.range(0, sample.length()).map(sample::token).toArray());
  }

  private static List<TokenSample> many(int count) {
    int[] tokens = {1, 2, 3, 4, 5, 6, 7, 8};
    return IntStream.range(0, count).mapToObj(id -> new TokenSample(id, tokens)).toList();
  }

  private static List<TokenSample> withoutToken(List<TokenSample> samples, int token) {
    return samples.stream()
        .map(sample ->
            new TokenSample(
                sample.id(),
                IntStream.range(0, sample.length())
                    .map(i -> sample.token(i) == token ? 0 : sample.token(i))
                    .toArray()))
        .toList();
  }

  private static CollectedFisher run(
      GoldenCase golden, List<TokenSample> samples, FisherOptions options) throws Exception {
    return run(golden.folder(), samples, options);
  }

  private static CollectedFisher run(Path folder, List<TokenSample> samples, FisherOptions options)
      throws Exception {
    CollectedFisher collected = new CollectedFisher();
    try (DecoderModel model = DecoderModel.open(folder)) {
      new FisherEngine().run(new FisherRequest(model, samples, options), collected);
    }
    return collected;
  }

  private static void assertSameBits(CollectedFisher one, CollectedFisher other) {
    assertThat(other.values.keySet()).isEqualTo(one.values.keySet());
    one.values.forEach(
        (name, values) -> assertThat(other.values.get(name)).as(name).isEqualTo(values));
    one.sampleSums.forEach(
        (name, sums) -> assertThat(other.sampleSums.get(name)).as(name).isEqualTo(sums));
  }

  private static void assertClose(CollectedFisher values, CollectedFisher truth, double within) {
    assertThat(values.values.keySet()).isEqualTo(truth.values.keySet());
    truth.values.forEach((name, expected) ->
        assertThat(Distance.relative(values.values.get(name), expected))
            .as(name)
            .isLessThan(within));
  }

  private static void add(float[] sum, float[] values, float factor) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += factor * values[i];
    }
  }

  private static double total(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum;
  }
}
