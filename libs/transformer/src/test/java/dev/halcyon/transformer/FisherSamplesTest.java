package dev.halcyon.transformer;

import static dev.halcyon.transformer.FisherRuns.assertClose;
import static dev.halcyon.transformer.FisherRuns.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.contracts.request.FisherEstimator.Labels;
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
import org.junit.jupiter.params.provider.CsvSource;

/// Which samples count, and with which labels.
class FisherSamplesTest {
  private static final FisherOptions OPTIONS = FisherRuns.OPTIONS;

  private static final GoldenCase LLAMA = GoldenCase.named("llama-dynamic");

  @TempDir Path folder;

  @Test
  void aSampleWithoutFiniteLossIsLeftOutAndNamed() throws Exception {
    int poison = 60;
    Path model = overflowingAt(poison, Float.MAX_VALUE);
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
    Path model = overflowingAt(poison, 1e25f);
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
                Arrays.fill(values, Float.MAX_VALUE);
              }
            });
    assertThatThrownBy(() -> run(model, LLAMA.samples(), OPTIONS))
        .isInstanceOf(NoUsableSampleException.class)
        .hasMessageContaining("4");
  }

  @ParameterizedTest
  @CsvSource({
    "model.embed_tokens.weight, 1",
    "model.layers.0.self_attn.q_proj.weight, 2",
    "model.layers.1.mlp.down_proj.weight, 3",
    "model.norm.weight, 1",
    "lm_head.weight, 4",
  })
  void aWeightThatIsNotFiniteIsNamedWithTheNumberOfItsElements(String tensor, int elements)
      throws Exception {
    Path model =
        TinyCheckpoint.copy(
            LLAMA.folder(),
            folder.resolve("model"),
            (name, values) -> {
              if (name.equals(tensor)) {
                Arrays.fill(values, values.length - elements, values.length, Float.NaN);
                values[values.length - 1] = Float.NEGATIVE_INFINITY;
              }
            });
    List<TokenSample> samples = withoutToken(LLAMA.samples(), 60);
    assertThatThrownBy(() -> run(model, samples, OPTIONS))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("tensor %s holds %d element".formatted(tensor, elements))
        .hasMessageContaining("not finite");
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

  /// A model whose first feed-forward network is huge inside and small outside, for one token.
  private Path overflowingAt(int token, float size) throws IOException {
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
                each(values, i -> i % hidden == feature, v -> size);
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
}
