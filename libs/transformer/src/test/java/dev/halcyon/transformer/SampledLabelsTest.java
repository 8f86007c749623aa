package dev.halcyon.transformer;

import static dev.halcyon.transformer.FisherRuns.run;
import static dev.halcyon.transformer.FisherRuns.total;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.halcyon.contracts.request.FisherEstimator.Labels;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Labels drawn from the model against the exact diagonal of the true Fisher matrix, which
/// `tools/golden/true_fisher_golden.py` computes with curvlinops.
class SampledLabelsTest {
  private static final String DIAGONAL = "diagonal.";

  /// How far the estimated error may be from the exact one, which independent runs only sample.
  private static final double WITHIN = 0.12;

  private static final int MANY = 3000;

  /// The mean over n draws of a value with variance V has the expected squared error V / n. Its
  /// root over independent runs agrees with the exact one for 25 draws and for 16 times as many,
  /// which is only so where the error falls as 1 / sqrt(n).
  @ParameterizedTest
  @CsvSource({
    "llama-tied, 25, 32",
    "llama-tied, 400, 8",
    "gpt2-untied, 25, 32",
    "gpt2-untied, 400, 8"
  })
  void theErrorFallsAsOneOverTheRootOfTheNumberOfDraws(String name, int draws, int runs)
      throws Exception {
    Map<String, Double> squares = new HashMap<>();
    for (int seed = 1; seed <= runs; seed++) {
      draw(name, draws, seed)
          .forEach((tensor, values) ->
              squares.merge(tensor, squaredError(name, tensor, values) / runs, Double::sum));
    }
    double[] ratios =
        squares.entrySet().stream()
            .mapToDouble(
                tensor -> Math.sqrt(tensor.getValue()) / expected(name, tensor.getKey(), draws))
            .toArray();
    assertThat(Arrays.stream(ratios).average().orElseThrow()).isCloseTo(1, within(WITHIN));
    assertThat(Arrays.stream(ratios).boxed()).allMatch(ratio -> ratio > 0.5 && ratio < 1.5);
  }

  @Test
  void manyDrawsGiveTheTrueFisherInformationOfEveryTensor() throws Exception {
    String name = "llama-tied";
    draw(name, MANY, 7)
        .forEach((tensor, values) -> {
          float[] exact = truth(name).floats(DIAGONAL + tensor);
          assertThat(total(values)).as(tensor).isCloseTo(total(exact), withinPercentage(6));
          assertThat(Math.sqrt(squaredError(name, tensor, values)))
              .as(tensor)
              .isLessThan(2 * expected(name, tensor, MANY));
          assertThat(Distance.relative(values, exact)).as(tensor).isLessThan(0.25);
        });
  }

  /// What so many draws estimate, by tensor.
  private static Map<String, float[]> draw(String name, int draws, int seed) throws Exception {
    FisherOptions options = FisherRuns.OPTIONS.withLabels(Labels.SAMPLED, seed);
    Map<String, float[]> values =
        run(GoldenCase.named(name), copies(truth(name), draws), options).values;
    assertThat(values.keySet()).isEqualTo(Set.copyOf(truth(name).parameters(DIAGONAL)));
    return values;
  }

  private static double expected(String name, String tensor, int draws) {
    return Math.sqrt(truth(name).doubles("variance." + tensor)[0] / draws);
  }

  private static GoldenValues truth(String name) {
    return new GoldenValues(
        GoldenCase.named(name)
            .folder()
            .resolve("../../true_fisher/" + name + ".safetensors")
            .normalize());
  }

  private static List<TokenSample> copies(GoldenValues truth, int count) {
    int[] text = Arrays.stream(truth.longs("tokens")).mapToInt(Math::toIntExact).toArray();
    return IntStream.range(0, count).mapToObj(id -> new TokenSample(id, text)).toList();
  }

  private static double squaredError(String name, String tensor, float[] values) {
    float[] exact = truth(name).floats(DIAGONAL + tensor);
    double sum = 0;
    for (int i = 0; i < exact.length; i++) {
      sum += Math.pow((double) values[i] - exact[i], 2);
    }
    return sum;
  }
}
