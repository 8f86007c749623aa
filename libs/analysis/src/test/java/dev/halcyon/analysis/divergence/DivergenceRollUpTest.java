package dev.halcyon.analysis.divergence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.halcyon.analysis.files.DivergenceFiles;
import dev.halcyon.contracts.request.DivergenceEstimator;
import dev.halcyon.contracts.request.DivergenceEstimator.Objective;
import dev.halcyon.contracts.request.FisherEstimator.Weighting;
import dev.halcyon.contracts.results.DivergenceOutcome;
import dev.halcyon.contracts.results.DivergenceOutcome.Alone;
import dev.halcyon.contracts.results.DivergenceOutcome.Sample;
import dev.halcyon.contracts.results.DivergenceOutcome.Tensor;
import dev.halcyon.contracts.results.DivergenceOutcome.Trial;
import dev.halcyon.contracts.results.DivergenceOutcome.Vocabulary;
import dev.halcyon.contracts.results.DivergenceOutcomes;
import dev.halcyon.contracts.results.DivergenceOutcomes.BaseFisher;
import dev.halcyon.contracts.results.DivergenceOutcomes.LayersAlone;
import dev.halcyon.contracts.results.DivergenceReport;
import dev.halcyon.contracts.results.DivergenceReport.FineTune;
import dev.halcyon.contracts.results.DivergenceReport.Part;
import dev.halcyon.contracts.results.FisherCalibration;
import dev.halcyon.contracts.results.FisherCheckpoint;
import dev.halcyon.contracts.results.FisherReport;
import dev.halcyon.tensors.Shape;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Expected numbers are worked out by hand.
class DivergenceRollUpTest {
  private static final FisherReport.Model MODEL = new FisherReport.Model("tuned", "digest");

  private static final Tensor QUERY =
      tensor("model.layers.0.self_attn.q_proj.weight", Shape.of(4, 2), 16, 4, 0.5, 1.0, 1.5);
  private static final Tensor QUERY_BIAS =
      tensor("model.layers.0.self_attn.q_proj.bias", Shape.of(4), 9, 5, 0.25, 0.25, 0.25);
  private static final Tensor DOWN =
      tensor("model.layers.1.mlp.down_proj.weight", Shape.of(2, 3), 25, 1, -0.25, 0.5, 1.0);
  private static final Tensor EMBEDDING =
      tensor("model.embed_tokens.weight", Shape.of(5, 2), 100, 0, 0.0, 0.0, 0.0);

  private static final Vocabulary VOCABULARY = new Vocabulary(7, 7, 7);

  private static final List<Sample> SAMPLES =
      List.of(
          new Sample("a", 10, 1, 1.5, 3, -0.5, 1),
          new Sample("b", 20, 2, 2.5, 4, 0.5, 4),
          new Sample("c", 30, 3, 3.5, 5, 1.5, 9));

  private static Tensor tensor(String name, Shape shape, double base, double change, Double... kl) {
    List<Double> loss = List.of(2 * kl[0], 2 * kl[1], 2 * kl[2]);
    return new Tensor(name, shape, base, change, List.of(kl), loss, 0.125);
  }

  private static DivergenceOutcome outcome(int from, int to) {
    List<Tensor> tensors =
        List.of(QUERY, DOWN, EMBEDDING, QUERY_BIAS).stream()
            .map(tensor -> cut(tensor, from, to))
            .toList();
    return new DivergenceOutcome(
        "ft1",
        FisherCheckpoint.whole(),
        VOCABULARY,
        SAMPLES.subList(from, to),
        from == 0 ? 2 : 0,
        List.of(),
        List.of(
            new Trial(
                2,
                List.of(0.5, 2.0, 2.5).subList(from, to),
                List.of(1.0, 1.0, 1.0).subList(from, to)),
            new Trial(
                3,
                List.of(0.5, 1.75, 2.75).subList(from, to),
                List.of(1.0, 3.5, 5.5).subList(from, to))),
        tensors,
        List.of());
  }

  private static Alone alone(int from, int to) {
    return new Alone(
        "layer_0",
        List.of(0.5, 0.5, 0.8).subList(from, to),
        List.of(1.0, 1.0, 1.0).subList(from, to));
  }

  private static DivergenceOutcome whole() {
    return outcome(0, 3).with(List.of(alone(0, 3)));
  }

  private static DivergenceOutcomes range(int from, int to) {
    BaseFisher fisher = new BaseFisher(to - from, Map.of("a", 1.0));
    return new DivergenceOutcomes(
        FisherCheckpoint.whole(), Optional.of(fisher), List.of(outcome(from, to)));
  }

  private static Tensor cut(Tensor tensor, int from, int to) {
    return new Tensor(
        tensor.parameter(),
        tensor.shape(),
        tensor.baseSquares(),
        tensor.changeSquares(),
        tensor.kl().subList(from, to),
        tensor.loss().subList(from, to),
        tensor.diagonalProxy());
  }

  private static DivergenceEstimator settings(Weighting weighting) {
    return new DivergenceEstimator(Objective.BOTH, 0, weighting, 256, 2);
  }

  private static FineTune report(Weighting weighting) {
    Map<String, Double> shares =
        Map.of(
            QUERY.parameter(),
            0.5,
            QUERY_BIAS.parameter(),
            0.125,
            DOWN.parameter(),
            0.25,
            EMBEDDING.parameter(),
            0.125);
    return new DivergenceRollUp(whole(), settings(weighting), shares).report(MODEL);
  }

  @Test
  void meansOverSamplesHaveTheStandardErrorOfAMean() {
    FineTune report = report(Weighting.SAMPLE);
    assertThat(report.measured().kl().value()).isCloseTo(2, within(1e-15));
    assertThat(report.measured().kl().standardError()).isCloseTo(Math.sqrt(1 / 3.0), within(1e-15));
    assertThat(report.measured().reverseKl().value()).isCloseTo(2.5, within(1e-15));
    assertThat(report.measured().lossDifference().value()).isCloseTo(0.5, within(1e-15));
    assertThat(report.measured().changedTop().value()).isCloseTo(0.2, within(1e-15));
    assertThat(report.tokens()).isEqualTo(60);
  }

  @Test
  void meansOverTokensHaveTheStandardErrorOfARatio() {
    FineTune report = report(Weighting.TOKEN);
    assertThat(report.measured().kl().value()).isCloseTo(14.0 / 6, within(1e-15));
    assertThat(report.measured().kl().standardError())
        .isCloseTo(Math.sqrt(7.0 / 27), within(1e-15));
    assertThat(report.measured().changedTop().value()).isCloseTo(14.0 / 60, within(1e-15));
  }

  @Test
  void tensorsComeInTheOrderOfTheNetworkAndAddUpToComponentsLayersAndTheWhole() {
    FineTune report = report(Weighting.SAMPLE);
    assertThat(report.tensors())
        .extracting(Part::name)
        .containsExactly(
            EMBEDDING.parameter(), QUERY.parameter(), QUERY_BIAS.parameter(), DOWN.parameter());
    assertThat(report.layers())
        .extracting(Part::name)
        .containsExactly("embeddings", "layer_0", "layer_1");
    assertThat(report.components())
        .extracting(Part::name)
        .containsExactly(
            "embeddings.embed_tokens", "layer_0.self_attn.q_proj", "layer_1.mlp.down_proj");
    assertThat(report.componentTypes())
        .extracting(Part::name)
        .contains("self_attn.q_proj", "mlp.down_proj");
    Part layer = report.layers().get(1);
    assertThat(layer.elements()).isEqualTo(12);
    assertThat(layer.attribution().value()).isCloseTo(1.25, within(1e-15));
    assertThat(layer.attribution().standardError()).isCloseTo(Math.sqrt(0.25 / 3), within(1e-15));
    assertThat(layer.lossAttribution().value()).isCloseTo(2.5, within(1e-15));
    assertThat(layer.relativeChange()).isCloseTo(3.0 / 5, within(1e-15));
    assertThat(layer.baseFisherShare()).isCloseTo(0.625, within(1e-15));
    assertThat(layer.diagonalProxy()).isCloseTo(0.25, within(1e-15));
    assertThat(report.attributed().attribution().value()).isCloseTo(5.0 / 3, within(1e-15));
    assertThat(layer.share()).isCloseTo(0.75, within(1e-15));
    assertThat(report.layers().get(2).attribution().value()).isCloseTo(1.25 / 3, within(1e-15));
  }

  @Test
  void residualsAreWhatWasMeasuredLessWhatIsAttributed() {
    FineTune report = report(Weighting.SAMPLE);
    assertThat(report.trials().get(0).klResidual().value()).isCloseTo(1.0 / 3, within(1e-15));
    assertThat(report.trials().get(1).klResidual().value()).isCloseTo(1.0 / 3, within(1e-15));
    assertThat(report.trials().get(1).lossResidual().value())
        .isCloseTo(0.5 - 10.0 / 3, within(1e-14));
  }

  @Test
  void aLayerAloneStandsBesideItsAttribution() {
    DivergenceReport.Alone alone = report(Weighting.SAMPLE).alone().getFirst();
    assertThat(alone.layer()).isEqualTo("layer_0");
    assertThat(alone.attribution().value()).isCloseTo(1.25, within(1e-15));
    assertThat(alone.only().value()).isCloseTo(0.6, within(1e-15));
    assertThat(alone.allBut().value()).isCloseTo(1, within(1e-15));
  }

  @Test
  void theLargestLayersAreThoseWithTheLargestAttributionsBySize() {
    DivergenceRollUp rollUp =
        new DivergenceRollUp(outcome(0, 3), settings(Weighting.SAMPLE), Map.of());
    assertThat(rollUp.largestLayers(5)).containsExactly("layer_0", "layer_1");
    assertThat(rollUp.largestLayers(1)).containsExactly("layer_0");
  }

  @Test
  void rangesPutTogetherAreOneRun() {
    assertThat(DivergenceMerge.of(List.of(range(0, 1), range(1, 3)))).isEqualTo(range(0, 3));
    assertThat(DivergenceMerge.of(List.of(range(0, 2), range(2, 2), range(2, 3))))
        .isEqualTo(range(0, 3));
  }

  @Test
  void layersAloneArePutTogetherWithTheRanges() {
    DivergenceOutcomes merged =
        DivergenceMerge.of(
            List.of(range(0, 1), range(1, 3)),
            List.of(
                new LayersAlone(List.of(List.of(alone(0, 1)))),
                new LayersAlone(List.of(List.of(alone(1, 3))))));

    assertThat(merged.fineTunes()).containsExactly(whole());
  }

  @Test
  void fisherInformationIsAMeanOverTheSamplesOfAllRanges() {
    DivergenceOutcomes merged = DivergenceMerge.of(List.of(estimated(1, 4.0), estimated(3, 8.0)));

    BaseFisher fisher = merged.fisher().orElseThrow();
    assertThat(fisher.samples()).isEqualTo(4);
    assertThat(fisher.sums()).containsEntry("a", 7.0).containsEntry("b", 14.0);
    assertThat(fisher.shares().get("b")).isCloseTo(2.0 / 3, within(1e-15));
    assertThat(merged.fineTunes().getFirst().tensors().getFirst().diagonalProxy()).isEqualTo(0.125);
  }

  @Test
  void fisherInformationThatARangeHasNotIsNotDefined() {
    DivergenceOutcomes without =
        new DivergenceOutcomes(FisherCheckpoint.whole(), Optional.empty(), List.of(outcome(1, 2)));

    assertThat(DivergenceMerge.of(List.of(estimated(1, 4.0), without)).fisher()).isEmpty();
  }

  private static DivergenceOutcomes estimated(long samples, double sum) {
    BaseFisher fisher = new BaseFisher(samples, Map.of("a", sum, "b", 2 * sum));
    return new DivergenceOutcomes(
        FisherCheckpoint.whole(), Optional.of(fisher), List.of(outcome(0, 1)));
  }

  @Test
  void rangesOfDifferentModelsAreRefused() {
    DivergenceOutcome one = outcome(0, 1);
    DivergenceOutcomes other =
        new DivergenceOutcomes(
            FisherCheckpoint.whole(),
            Optional.empty(),
            List.of(
                new DivergenceOutcome(
                    "ft2",
                    one.checkpoint(),
                    VOCABULARY,
                    one.samples(),
                    0,
                    List.of(),
                    one.trials(),
                    one.tensors(),
                    List.of())));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DivergenceMerge.of(List.of(range(0, 1), other)))
        .withMessageContaining("ft1");
  }

  @Test
  void aResizedVocabularyIsSaid() {
    DivergenceOutcome one = outcome(0, 3);
    DivergenceOutcome resized =
        new DivergenceOutcome(
            "ft1",
            one.checkpoint(),
            new Vocabulary(7, 9, 7),
            one.samples(),
            0,
            List.of(),
            one.trials(),
            one.tensors(),
            List.of());
    assertThat(
            new DivergenceRollUp(resized, settings(Weighting.SAMPLE), Map.of())
                .report(MODEL)
                .warnings())
        .anyMatch(warning ->
            warning.startsWith(
                "the base has 7 tokens and the fine-tune 9: both distributions are over the"
                    + " first 7"));
    assertThat(report(Weighting.SAMPLE).warnings()).noneMatch(w -> w.contains("tokens and the"));
  }

  @Test
  void warningsNameALargeResidualADominatingSampleAndWhatWasSkipped() {
    List<String> warnings = report(Weighting.SAMPLE).warnings();
    assertThat(warnings).anyMatch(warning -> warning.contains("83.3 % of the divergence with 3"));
    assertThat(warnings).anyMatch(warning -> warning.startsWith("2 samples of fewer than 2"));
    assertThat(warnings)
        .anyMatch(
            warning -> warning.contains("the standard error of the divergence is 29 % of it"));
    FineTune one =
        new DivergenceRollUp(outcome(0, 1), settings(Weighting.SAMPLE), Map.of()).report(MODEL);
    assertThat(one.warnings()).anyMatch(warning -> warning.contains("at least two samples"));
    assertThat(one.measured().kl().standardError()).isNaN();
  }

  @Test
  void aSampleThatDominatesIsNamed() {
    List<Sample> samples =
        List.of(
            new Sample("small", 9, 0.01, 0.01, 3, 0, 0),
            new Sample("large", 9, 1, 1, 3, 0, 0),
            new Sample("other", 9, 0.01, 0.01, 3, 0, 0));
    DivergenceOutcome outcome =
        new DivergenceOutcome(
            "ft1",
            FisherCheckpoint.whole(),
            VOCABULARY,
            samples,
            0,
            List.of(),
            List.of(),
            List.of(),
            List.of());
    DivergenceEstimator kl = new DivergenceEstimator(Objective.KL, 2, Weighting.SAMPLE, 256, 2);
    assertThat(new DivergenceRollUp(outcome, kl, Map.of()).report(MODEL).warnings())
        .anyMatch(warning -> warning.startsWith("sample large (9 tokens) holds 98 %"));
  }

  @Test
  void tablesHaveTheirColumnsAndEmptyCellsForWhatWasNotComputed() {
    DivergenceReport report =
        new DivergenceReport(
            1,
            MODEL,
            FisherCheckpoint.whole(),
            settings(Weighting.SAMPLE),
            new FisherCalibration("texts", "digest", 0, 2, List.of()),
            List.of(
                new DivergenceRollUp(whole(), settings(Weighting.SAMPLE), Map.of()).report(MODEL)),
            List.of());
    Map<String, byte[]> files = DivergenceFiles.of(report);
    List<String> tensors = lines(files.get("divergence.csv"));
    assertThat(tensors.getFirst())
        .isEqualTo(
            "tensor_key,layer,component_type,elements,base_fisher_share,ft1_relative_change,"
                + "ft1_attribution,ft1_attribution_se,ft1_share,ft1_loss_attribution,"
                + "ft1_diagonal_proxy");
    assertThat(tensors.get(1))
        .isEqualTo(
            "model.embed_tokens.weight,embeddings,embed_tokens,10,,0.0,0.0,0.0,0.0,0.0,0.125");
    assertThat(lines(files.get("divergence_layers.csv")).getFirst())
        .startsWith("layer,elements,base_fisher_share,ft1_relative_change")
        .endsWith("ft1_only_kl,ft1_all_but_kl");
    assertThat(lines(files.get("divergence_samples.csv")))
        .hasSize(4)
        .element(1)
        .asString()
        .startsWith("a,10,3.0,1.0,1.5,-0.5,0.1,0.5,");
  }

  private static List<String> lines(byte[] csv) {
    return new String(csv, StandardCharsets.UTF_8).lines().toList();
  }
}
