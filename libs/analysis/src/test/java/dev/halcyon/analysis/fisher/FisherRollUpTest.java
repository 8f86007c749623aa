package dev.halcyon.analysis.fisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.results.FisherReport;
import dev.halcyon.contracts.results.FisherReport.Amount;
import dev.halcyon.contracts.results.FisherTensor;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FisherRollUpTest {
  private static final GoldenReport GOLDEN = new GoldenReport();
  private static final FisherReport REPORT = GOLDEN.report();

  @Test
  void parametersAgreeWithFloat64NumPy() {
    JsonNode expected = GOLDEN.expected("parameters");

    assertThat(REPORT.parameters()).hasSize(expected.size());
    for (FisherReport.Parameter parameter : REPORT.parameters()) {
      JsonNode of = expected.get(parameter.parameter());
      assertAmount(parameter.amount(), of, 1e-13);
      assertThat(parameter.topIndex()).isEqualTo(of.get("top_index").longValue());
    }
  }

  @Test
  void componentsAgreeWithFloat64NumPy() {
    JsonNode expected = GOLDEN.expected("components");

    assertThat(REPORT.components()).hasSize(expected.size());
    for (FisherReport.Component component : REPORT.components()) {
      assertAmount(component.amount(), expected.get(component.component()), 0.01);
    }
  }

  @Test
  void layersAgreeWithFloat64NumPy() {
    JsonNode expected = GOLDEN.expected("layers");

    assertThat(REPORT.layers()).hasSize(expected.size());
    for (FisherReport.Layer layer : REPORT.layers()) {
      assertAmount(layer.amount(), expected.get(layer.layer()), 0.01);
    }
  }

  @Test
  void samplesAgreeWithFloat64NumPy() {
    JsonNode expected = GOLDEN.expected("samples");

    for (int i = 0; i < expected.size(); i++) {
      FisherReport.Sample sample = REPORT.samples().get(i);
      assertThat(sample.tokens()).isEqualTo(expected.get(i).get("tokens").longValue());
      assertThat(sample.loss()).isEqualTo(expected.get(i).get("loss").doubleValue());
      assertRelative(sample.sum(), expected.get(i).get("fisher_sum").doubleValue(), 1e-14);
      assertRelative(sample.share(), expected.get(i).get("share").doubleValue(), 1e-14);
    }
  }

  @Test
  void chunksAgreeWithFloat64NumPyAcrossAComponentsTensors() {
    for (JsonNode sums : GOLDEN.expected("chunk_sums")) {
      assertThat(sums).hasSize(7);
    }
    for (FisherReport.Chunk chunk : REPORT.chunks()) {
      JsonNode sums = GOLDEN.expected("chunk_sums").get(chunk.component());
      assertRelative(chunk.sum(), sums.get(chunk.chunk()).doubleValue(), 1e-14);
      assertRelative(chunk.share(), chunk.sum() / REPORT.total().sum(), 1e-15);
    }
    assertThat(REPORT.chunks()).hasSize(7 * REPORT.components().size());
  }

  @Test
  void theTotalIsThatOfAllParameters() {
    assertRelative(REPORT.total().sum(), GOLDEN.expected("total").doubleValue(), 1e-14);
    assertThat(REPORT.total().parameters())
        .isEqualTo(REPORT.parameters().stream().mapToLong(p -> p.shape().elements()).sum());
  }

  @Test
  void layersComeInTheOrderOfTheNetwork() {
    assertThat(REPORT.layers().stream().map(FisherReport.Layer::layer))
        .containsExactly("embeddings", "layer_0", "layer_1", "layer_2", "final_norm", "lm_head");
  }

  @Test
  void parametersArePlacedByTheirNames() {
    for (FisherReport.Parameter parameter : REPORT.parameters()) {
      JsonNode place = GOLDEN.expected("places").get(parameter.parameter());
      assertThat(parameter.layer()).isEqualTo(place.get(0).textValue());
      assertThat(parameter.component()).isEqualTo(place.get(1).textValue());
      assertThat(parameter.componentType()).isEqualTo(place.get(2).textValue());
    }
  }

  @Test
  void aBiasFollowsItsWeightInTheOrderOfAForwardPass() {
    assertThat(REPORT.parameters().stream().map(FisherReport.Parameter::parameter).limit(5))
        .containsExactly(
            "model.embed_tokens.weight",
            "model.layers.0.input_layernorm.weight",
            "model.layers.0.self_attn.q_proj.weight",
            "model.layers.0.self_attn.q_proj.bias",
            "model.layers.0.self_attn.k_proj.weight");
  }

  @Test
  void theOrderInWhichParametersArriveDoesNotMatter() {
    assertThat(GOLDEN.reportInReverse()).isEqualTo(REPORT);
  }

  @Test
  void theReportSurvivesTheWire() {
    assertThat(Json.read(Json.bytes(REPORT), FisherReport.class)).isEqualTo(REPORT);
  }

  @Test
  void theLargestEntriesOfAGroupAreTheLargestOfItsTensors() {
    double max = REPORT.layers().get(1).amount().max();

    assertThat(REPORT.layers().get(1).largest()).hasSize(10);
    assertThat(REPORT.layers().get(1).largest().getFirst().value()).isEqualTo(max);
  }

  @Test
  void aSampleThatDominatesIsNamed() {
    assertThat(REPORT.warnings())
        .containsExactly(
            "sample golden:1 (5 tokens) holds 52 % of the Fisher information of all 6 samples; take"
                + " more samples, skip short ones (--min-tokens) or weight by tokens (--weighting"
                + " token)",
            "sample golden:9 was excluded: its loss is not finite",
            "2 samples of fewer than 2 tokens were skipped");
  }

  @Test
  void oneSampleHasNoStandardErrors() {
    FisherReport report = GOLDEN.reportOfFirstSample();

    assertThat(report.layers()).allSatisfy(layer -> assertThat(layer.amount().shareSe()).isNaN());
    assertThat(report.warnings())
        .contains("standard errors need at least two samples and are undefined");
  }

  @Test
  void sharesOfNothingAreNotDefined() {
    FisherReport report = GOLDEN.reportOfZeros();

    assertThat(report.total().sum()).isZero();
    assertThat(report.layers()).allSatisfy(layer -> assertThat(layer.amount().share()).isNaN());
    assertThat(report.samples()).allSatisfy(sample -> assertThat(sample.share()).isNaN());
    assertThat(report.warnings()).contains("every gradient is zero: shares are not defined");
  }

  @Test
  void aMissingParameterIsNamed() {
    FisherRollUp rollUp = GOLDEN.rollUp();
    GOLDEN.tensors().stream()
        .filter(tensor -> !tensor.parameter().equals("model.norm.weight"))
        .forEach(rollUp::add);

    assertThatIllegalStateException()
        .isThrownBy(() -> GOLDEN.finish(rollUp))
        .withMessage("[model.norm.weight] has no Fisher information yet");
  }

  @Test
  void aParameterCountsOnce() {
    FisherRollUp rollUp = GOLDEN.rollUp();
    FisherTensor tensor = GOLDEN.tensors().getFirst();
    rollUp.add(tensor);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> rollUp.add(tensor))
        .withMessage("[" + tensor.parameter() + "] came twice");
  }

  @Test
  void asManySampleSumsAsSamplesAreWanted() {
    FisherTensor tensor = GOLDEN.tensors().getFirst();
    FisherTensor short1 =
        new FisherTensor(
            tensor.parameter(), tensor.shape(), tensor.statistics(), List.of(1.0), List.of());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> GOLDEN.rollUp().add(short1))
        .withMessage("[" + tensor.parameter() + "] sample sums: 6 planned, 1 found");
  }

  @Test
  void standardErrorsShrinkWithTheSquareRootOfRepeatedSamples() {
    double[] part = {3, 1, 4, 1, 5};
    double[] total = {9, 8, 7, 6, 9};

    double once = ShareEstimate.standardError(part, total);
    double fourTimes = ShareEstimate.standardError(repeated(part), repeated(total));

    assertThat(fourTimes).isCloseTo(once / 2 * Math.sqrt(4.0 / 5 * 20 / 19), within(1e-15));
  }

  private static double[] repeated(double[] values) {
    return IntStream.range(0, 4 * values.length)
        .mapToDouble(i -> values[i % values.length])
        .toArray();
  }

  private static void assertAmount(Amount found, JsonNode expected, double topShareTolerance) {
    assertThat(found.elements()).isEqualTo(expected.get("elements").longValue());
    assertRelative(found.sum(), expected.get("sum").doubleValue(), 1e-14);
    assertRelative(found.share(), expected.get("share").doubleValue(), 1e-14);
    assertRelative(found.shareSe(), expected.get("share_se").doubleValue(), 1e-11);
    assertRelative(found.mean(), expected.get("mean").doubleValue(), 1e-14);
    assertRelative(found.std(), expected.get("std").doubleValue(), 1e-13);
    assertThat(found.max()).isEqualTo(expected.get("max").doubleValue());
    assertThat(found.min()).isEqualTo(expected.get("min").doubleValue());
    assertRelative(found.topShare(), expected.get("top_share").doubleValue(), topShareTolerance);
  }

  private static void assertRelative(double found, double expected, double tolerance) {
    assertThat(found).isCloseTo(expected, within(tolerance * Math.abs(expected)));
  }
}
