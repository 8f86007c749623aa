package dev.halcyon.analysis.similarity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.halcyon.contracts.results.SimilarityResult;
import dev.halcyon.contracts.results.SimilarityResult.NonFinite;
import dev.halcyon.contracts.results.SimilarityResult.PairSimilarity;
import dev.halcyon.contracts.results.SimilarityResult.Quantiles;
import dev.halcyon.contracts.results.SimilarityResult.TaskVectorPair;
import dev.halcyon.contracts.results.SimilarityResult.TaskVectorStatistics;
import dev.halcyon.tensors.Checkpoint;
import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.TensorInfo;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every statistic against float64 values of PyTorch and NumPy, which
/// `tools/golden/similarity_golden.py` made.
class SimilarityGoldenTest {
  private static final double COSINE_TOLERANCE = 2e-6;
  private static final double SCALE_TOLERANCE = 1e-6;

  private static final JsonNode EXPECTED = expected();

  static Stream<String> cases() {
    List<String> names = new ArrayList<>();
    EXPECTED.fieldNames().forEachRemaining(names::add);
    return names.stream();
  }

  @Test
  void theGoldenFileHasTheCasesThatBreakNaiveSums() {
    assertThat(cases())
        .contains("zero_columns", "denormals", "nan_and_inf", "scaled_copies", "nearly_identical")
        .hasSizeGreaterThan(20);
  }

  @Test
  void everySupportedTypeHasACase() throws IOException, URISyntaxException {
    try (Checkpoint golden = Checkpoint.open(resource("cases.safetensors"))) {
      assertThat(golden.tensors().stream().map(TensorInfo::dtype))
          .containsAll(Stream.of(DType.values()).filter(DType::computable).toList());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void everyStatisticIsThatOfFloat64(String name) throws IOException, URISyntaxException {
    SimilarityResult result = compare(name);
    JsonNode expected = EXPECTED.get(name);

    SoftAssertions softly = new SoftAssertions();
    assertThat(result.pairs()).hasSize(3);
    for (PairSimilarity pair : result.pairs()) {
      checkPair(softly, pair, expected.get("pairs").get(pair.pair()));
    }
    assertThat(result.changes()).hasSize(2);
    for (TaskVectorStatistics change : result.changes()) {
      checkChange(softly, change, expected.get("changes").get(change.model()));
    }
    assertThat(result.changePairs()).hasSize(1);
    checkChangePair(softly, result.changePairs().getFirst(), expected.get("change_pair"));
    checkNonFinite(softly, result.nonFinite(), expected.get("non_finite"));
    softly.assertAll();
  }

  private static void checkPair(SoftAssertions softly, PairSimilarity pair, JsonNode expected) {
    if (expected.isNull()) {
      softly.assertThat(pair.cosine()).as(pair.pair()).isNaN();
      softly.assertThat(pair.distance()).as(pair.pair()).isNaN();
      softly.assertThat(pair.quantiles().min()).as(pair.pair()).isNaN();
      return;
    }
    double distance = expected.get("distance").asDouble();
    softly.assertThat(pair.columns()).isEqualTo(expected.get("columns").asLong());
    softly
        .assertThat(pair.cosine())
        .as("%s cosine", pair.pair())
        .isCloseTo(expected.get("cosine").asDouble(), within(COSINE_TOLERANCE));
    softly
        .assertThat(pair.distance())
        .as("%s distance", pair.pair())
        .isCloseTo(distance, within(1e-9 + 2e-6 * distance));
    softly.assertThat(pair.zeroColumns()).isEqualTo(expected.get("zero_columns").asLong());
    double[] quantiles = values(pair.quantiles());
    for (int i = 0; i < quantiles.length; i++) {
      softly
          .assertThat(quantiles[i])
          .as("%s quantile %d", pair.pair(), i)
          .isCloseTo(expected.get("quantiles").get(i).asDouble(), within(COSINE_TOLERANCE));
    }
  }

  private static double[] values(Quantiles of) {
    return new double[] {
      of.min(), of.p01(), of.p05(), of.p25(), of.p50(), of.p75(), of.p95(), of.max()
    };
  }

  private static void checkChange(
      SoftAssertions softly, TaskVectorStatistics change, JsonNode expected) {
    if (expected.isNull()) {
      softly.assertThat(change.relativeChange()).as(change.model()).isNaN();
      softly.assertThat(change.mean()).as(change.model()).isNaN();
      return;
    }
    double scale = SCALE_TOLERANCE * expected.get("rms").asDouble();
    check(
        softly,
        change.model() + " relative change",
        change.relativeChange(),
        expected.get("relative_change"),
        SCALE_TOLERANCE * expected.get("relative_change").asDouble(1));
    check(softly, "identical", change.identical(), expected.get("identical"), 1e-12);
    check(softly, change.model() + " mean", change.mean(), expected.get("mean"), scale);
    check(softly, change.model() + " std", change.std(), expected.get("std"), scale);
    check(softly, change.model() + " min", change.min(), expected.get("min"), scale);
    check(softly, change.model() + " max", change.max(), expected.get("max"), scale);
  }

  private static void checkChangePair(
      SoftAssertions softly, TaskVectorPair pair, JsonNode expected) {
    if (expected.isNull()) {
      softly.assertThat(pair.cosine()).isNaN();
      softly.assertThat(pair.signConflict()).isNaN();
      return;
    }
    check(softly, "task cosine", pair.cosine(), expected.get("cosine"), SCALE_TOLERANCE);
    check(softly, "sign conflict", pair.signConflict(), expected.get("sign_conflict"), 1e-12);
  }

  private static void check(
      SoftAssertions softly, String name, double actual, JsonNode expected, double tolerance) {
    if (expected.isNull()) {
      softly.assertThat(actual).as(name).isNaN();
    } else {
      softly.assertThat(actual).as(name).isCloseTo(expected.asDouble(), within(tolerance));
    }
  }

  private static void checkNonFinite(
      SoftAssertions softly, List<NonFinite> found, JsonNode expected) {
    for (String model : List.of("base", "ft1", "ft2")) {
      long elements =
          found.stream()
              .filter(entry -> entry.model().equals(model))
              .mapToLong(NonFinite::elements)
              .sum();
      softly.assertThat(elements).as(model).isEqualTo(expected.get(model).asLong());
    }
  }

  private static SimilarityResult compare(String name) throws IOException, URISyntaxException {
    try (Checkpoint file = Checkpoint.open(resource("cases.safetensors"));
        SimilarityAnalysis analysis = new SimilarityAnalysis(2)) {
      List<ModelTensor> tensors = new ArrayList<>();
      for (String model : List.of("base", "ft1", "ft2")) {
        TensorInfo tensor = file.find(name + "/" + model).orElseThrow();
        tensors.add(new ModelTensor(model, tensor.dtype(), tensor.shape(), file.bytes(tensor)));
      }
      return analysis.compare(tensors, tensors.getFirst().shape().rows());
    }
  }

  private static JsonNode expected() {
    try {
      return new ObjectMapper().readTree(resource("cases.json").toFile());
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException("cannot read golden values", e);
    }
  }

  private static Path resource(String name) throws URISyntaxException {
    return Path.of(SimilarityGoldenTest.class.getResource(name).toURI());
  }
}
