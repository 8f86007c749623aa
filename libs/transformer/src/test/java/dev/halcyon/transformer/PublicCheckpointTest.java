package dev.halcyon.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The fields that public checkpoints have neither stop a run nor change a number, unless they
/// change what transformers computes.
class PublicCheckpointTest {
  private static final FisherOptions OPTIONS =
      FisherOptions.standard().withThreads(1).withDevice(TestDevice.NAME);

  @TempDir Path folder;

  @ParameterizedTest
  @MethodSource("dev.halcyon.transformer.PublicCheckpoint#all")
  void isComputedAsItsPlainConfigAndAsTransformersDoes(PublicCheckpoint checkpoint)
      throws Exception {
    Path whole = checkpoint.write(folder.resolve("whole"), checkpoint.config());
    Path plain = checkpoint.write(folder.resolve("plain"), checkpoint.plain());
    for (TokenSample sample : PublicCheckpoint.SAMPLES) {
      float[][] logits = logits(whole, sample);
      float[] expected = GoldenModelTest.flat(logits(plain, sample));
      assertThat(Distance.relative(GoldenModelTest.flat(logits), expected)).isLessThan(1e-5);
      assertThat(loss(logits, sample))
          .isCloseTo(checkpoint.losses().get((int) sample.id()), withinPercentage(1e-3));
    }
  }

  @Test
  void everyArchitectureIsThere() {
    Set<String> architectures =
        PublicCheckpoint.all().stream()
            .map(PublicCheckpoint::architecture)
            .collect(Collectors.toSet());

    assertThat(PublicCheckpoint.all()).hasSizeGreaterThanOrEqualTo(40);
    assertThat(architectures)
        .containsExactlyInAnyOrder(
            "llama",
            "mistral",
            "qwen2",
            "qwen3",
            "gpt2",
            "gpt_neox",
            "gemma2",
            "gemma3_text",
            "phi3",
            "olmo2");
  }

  private static float[][] logits(Path folder, TokenSample sample) throws Exception {
    try (OpenedFolder modelFolder = OpenedFolder.open(folder)) {
      DecoderModel model = modelFolder.model();
      assertThat(model.unused().weights()).isEmpty();
      return new LogitsEngine().logits(model, sample, OPTIONS);
    }
  }

  /// Mean negative log-likelihood of the next tokens.
  private static double loss(float[][] logits, TokenSample sample) {
    double sum = 0;
    for (int i = 0; i + 1 < sample.length(); i++) {
      sum += logSum(logits[i]) - logits[i][sample.token(i + 1)];
    }
    return sum / (sample.length() - 1);
  }

  private static double logSum(float[] scores) {
    double largest = Double.NEGATIVE_INFINITY;
    for (float score : scores) {
      largest = Math.max(largest, score);
    }
    double sum = 0;
    for (float score : scores) {
      sum += Math.exp(score - largest);
    }
    return largest + Math.log(sum);
  }
}
