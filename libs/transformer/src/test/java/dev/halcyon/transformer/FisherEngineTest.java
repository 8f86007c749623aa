package dev.halcyon.transformer;

import static dev.halcyon.transformer.FisherRuns.add;
import static dev.halcyon.transformer.FisherRuns.assertSameBits;
import static dev.halcyon.transformer.FisherRuns.many;
import static dev.halcyon.transformer.FisherRuns.run;
import static dev.halcyon.transformer.FisherRuns.total;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.contracts.request.FisherEstimator.Precision;
import dev.halcyon.contracts.request.FisherEstimator.Weighting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FisherEngineTest {
  private static final FisherOptions OPTIONS = FisherRuns.OPTIONS;

  private static final GoldenCase LLAMA = GoldenCase.named("llama-dynamic");

  private static final GoldenCase TIED = GoldenCase.named("llama-tied");

  /// The first position attends to itself alone: where it is the only one that predicts, queries
  /// and keys have no gradient but rounding, which depends on the shapes of the products. It is
  /// held against the sample's own total.
  @ParameterizedTest
  @ValueSource(
      strings = {"llama-dynamic", "llama-tied", "gpt2", "gemma2", "olmo2", "phi3", "gpt_neox"})
  void samplesDoNotDependOnWhatTheyArePackedWith(String name) throws Exception {
    GoldenCase golden = GoldenCase.named(name);
    CollectedFisher together = run(golden, golden.samples(), OPTIONS);
    for (TokenSample sample : golden.samples()) {
      CollectedFisher alone = run(golden, List.of(sample), OPTIONS);
      double total = alone.sampleSums.values().stream().mapToDouble(sums -> sums[0]).sum();
      double rounding = sample.predictions() == 1 ? 1e-10 * total : 0;
      alone.sampleSums.forEach((parameter, sums) ->
          assertThat(together.sampleSums.get(parameter)[(int) sample.id()])
              .as(parameter + " of " + sample)
              .isCloseTo(sums[0], Offset.offset(1e-5 * sums[0] + rounding)));
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
  @EnumSource(
      value = Precision.class,
      names = {"BF16", "FP16"})
  void lowerPrecisionStaysNear(Precision precision) throws Exception {
    for (String name : List.of("llama-dynamic", "gpt2", "gemma2", "olmo2", "phi3", "gpt_neox")) {
      GoldenCase golden = GoldenCase.named(name);
      CollectedFisher single = run(golden, golden.samples(), OPTIONS);
      CollectedFisher lower = run(golden, golden.samples(), OPTIONS.withPrecision(precision));
      lower.values.forEach((parameter, values) ->
          assertThat(Distance.relative(values, single.values.get(parameter)))
              .as(name + " " + parameter)
              .isBetween(1e-6, 0.1));
    }
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
    try (OpenedFolder modelFolder = OpenedFolder.open(LLAMA.folder())) {
      DecoderModel model = modelFolder.model();
      FisherRequest request = new FisherRequest(model, many(2000), OPTIONS);
      assertThatThrownBy(() -> new FisherEngine().run(request, interrupting))
          .isInstanceOf(InterruptedException.class);
    }
    assertThat(run(LLAMA, LLAMA.samples(), OPTIONS).values).isNotEmpty();
  }

  @Test
  void aListenersFailureEndsTheRun() throws Exception {
    try (OpenedFolder modelFolder = OpenedFolder.open(LLAMA.folder())) {
      DecoderModel model = modelFolder.model();
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
  void aDeviceThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> run(LLAMA, LLAMA.samples(), OPTIONS.withDevice("tpu")))
        .hasMessageContaining("cuda:N");
  }

  @Test
  @DisabledIf("hasCuda")
  void aCardThatIsNotThereIsRefusedInAFewWords() {
    assertThatThrownBy(() -> run(LLAMA, LLAMA.samples(), OPTIONS.withDevice("cuda:0")))
        .isInstanceOf(DeviceUnavailableException.class)
        .hasMessageContaining("cuda:0")
        .hasMessageNotContaining("\n");
  }

  static boolean hasCuda() {
    return Files.exists(Path.of("/dev/nvidia0"));
  }
}
