package dev.halcyon.analysis.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.halcyon.analysis.comparison.FisherComparison.Layer;
import dev.halcyon.analysis.comparison.FisherComparison.Parameter;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FisherComparisonTest {
  private static final String EMBEDDING = "model.embed_tokens.weight";
  private static final String Q = "model.layers.0.self_attn.q_proj.weight";
  private static final String UP = "model.layers.0.mlp.up_proj.weight";
  private static final String NORM = "model.norm.weight";

  private static FisherSums sums(double embedding, double q, double up, double norm) {
    Map<String, Double> sums = new LinkedHashMap<>();
    sums.put(NORM, norm);
    sums.put(Q, q);
    sums.put(EMBEDDING, embedding);
    sums.put(UP, up);
    return new FisherSums(sums);
  }

  private final FisherComparison comparison =
      FisherComparison.of(sums(4, 1, 3, 0), sums(2, 5, 1, 8));

  @Test
  void totalsAndTheirRatioAreOverAllTensors() {
    assertThat(comparison.baseTotalFisher()).isEqualTo(8);
    assertThat(comparison.instructTotalFisher()).isEqualTo(16);
    assertThat(comparison.fisherRatio()).isEqualTo(2);
  }

  @Test
  void layersAreComparedByTheirSharesInTheOrderOfAForwardPass() {
    assertThat(comparison.layerComparison().keySet())
        .containsExactly("embeddings", "layer_0", "final_norm");
    assertThat(comparison.layerComparison().get("embeddings"))
        .isEqualTo(new Layer(0.5, 0.125, -0.375, 0.25));
    assertThat(comparison.layerComparison().get("layer_0"))
        .isEqualTo(new Layer(0.5, 0.375, -0.125, 0.75));
  }

  @Test
  void tensorsComeByTheirDifferenceTheLargestFirst() {
    assertThat(comparison.parameterComparison())
        .containsExactly(
            new Parameter(NORM, 0, 8, 8, Double.NaN),
            new Parameter(Q, 1, 5, 4, 5),
            new Parameter(EMBEDDING, 4, 2, -2, 0.5),
            new Parameter(UP, 3, 1, -2, 1.0 / 3));
  }

  @Test
  void aRatioToZeroIsNullInJson() throws IOException {
    JsonNode json = new ObjectMapper().readTree(comparison.json());

    assertThat(json.at("/layer_comparison/final_norm/ratio").isNull()).isTrue();
    assertThat(json.at("/parameter_comparison/0/ratio").isNull()).isTrue();
    assertThat(json.at("/layer_comparison/final_norm/instruct_importance").doubleValue())
        .isEqualTo(0.5);
  }

  @Test
  void aTensorThatOneOfThemDoesNotHaveIsLeftOut() {
    FisherComparison partly =
        FisherComparison.of(
            sums(4, 1, 3, 0), new FisherSums(Map.of(Q, 2.0, "lm_head.weight", 1.0)));

    assertThat(partly.parameterComparison()).extracting(Parameter::parameter).containsExactly(Q);
    assertThat(partly.layerComparison()).containsOnlyKeys("layer_0");
  }

  @Test
  void sharesOfLayersAddUpToOne() {
    assertThat(
            sums(0.1, 0.7, 0.4, 3e-9).layerShares().values().stream()
                .mapToDouble(Double::doubleValue)
                .sum())
        .isCloseTo(1, within(1e-15));
  }
}
