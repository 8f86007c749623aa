package dev.halcyon.transformer;

import static dev.halcyon.transformer.DivergenceRuns.OPTIONS;
import static dev.halcyon.transformer.DivergenceRuns.attributions;
import static dev.halcyon.transformer.DivergenceRuns.distance;
import static dev.halcyon.transformer.DivergenceRuns.mean;
import static dev.halcyon.transformer.DivergenceRuns.measured;
import static dev.halcyon.transformer.DivergenceRuns.one;
import static dev.halcyon.transformer.DivergenceRuns.residual;
import static dev.halcyon.transformer.DivergenceRuns.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a divergence and its attribution must be whatever the models are.
class DivergenceEngineTest {
  private static final GoldenCase TIED = GoldenCase.named("llama-tied");
  private static final GoldenCase UNTIED = GoldenCase.named("llama");
  private static final DivergenceOptions EXACT = OPTIONS.withPrecision(NodePrecision.FP64);

  @TempDir Path folder;

  private Path changed(GoldenCase golden, String name, ChangedModel.Change change)
      throws Exception {
    return new ChangedModel(golden.folder(), change).write(folder.resolve(name));
  }

  @Test
  void equalModelsDifferByExactlyNothing() throws Exception {
    Path same = changed(TIED, "same", (number, tensor, w) -> {});
    FineTuneDivergence divergence =
        one(TIED.folder(), same, TIED.samples(), OPTIONS.withPrecision(NodePrecision.FP32));
    assertThat(measured(divergence, SampleDivergence::kl)).containsOnly(0);
    assertThat(measured(divergence, SampleDivergence::reverseKl)).containsOnly(0);
    assertThat(measured(divergence, SampleDivergence::lossDifference)).containsOnly(0);
    assertThat(measured(divergence, SampleDivergence::changedTop)).containsOnly(0);
    for (TensorDivergence tensor : divergence.tensors()) {
      assertThat(tensor.changeSquares()).isZero();
      tensor.attributions().values().forEach(values -> assertThat(values).containsOnly(0));
    }
  }

  @Test
  void attributionsAddUpToTheMeasurementAsNodesGrow() throws Exception {
    Path far = changed(TIED, "far", ChangedModel.full(0.05));
    double before = Double.POSITIVE_INFINITY;
    for (int nodes : new int[] {1, 2, 4, 8}) {
      FineTuneDivergence divergence =
          one(TIED.folder(), far, TIED.samples(), EXACT.withNodes(nodes));
      double residual = residual(divergence, divergence.trials().getLast());
      assertThat(residual).as("%d nodes", nodes).isLessThan(before / 3);
      before = residual;
    }
    assertThat(before).isLessThan(1e-6);
  }

  /// With n nodes the first term that is missed is the one of degree 2 n + 1 in the size of the
  /// change, of which KL itself has two: the relative residual falls by `c^(2 n - 1)` at least.
  @Test
  void residualFallsWithTheQuadraturesOrderInTheSizeOfTheChange() throws Exception {
    double large = residualOf("large", 0.1);
    double small = residualOf("small", 0.05);
    assertThat(small).isLessThan(large / 4);
  }

  private double residualOf(String name, double size) throws Exception {
    Path changed = changed(TIED, name, ChangedModel.full(size));
    FineTuneDivergence divergence = one(TIED.folder(), changed, TIED.samples(), EXACT.withNodes(2));
    return residual(divergence, divergence.trials().getLast());
  }

  @Test
  void nodesAreAddedUntilTheResidualIsSmall() throws Exception {
    Path far = changed(TIED, "far", ChangedModel.full(0.4));
    FineTuneDivergence divergence =
        one(TIED.folder(), far, TIED.samples().subList(0, 1), EXACT.withNodes(0));
    assertThat(divergence.trials().size()).isGreaterThan(1);
    assertThat(divergence.trials().getFirst().nodes()).isEqualTo(2);
    boolean close = residual(divergence, divergence.trials().getLast()) <= 0.01;
    assertThat(close || divergence.trials().getLast().nodes() == DivergenceOptions.MOST_NODES)
        .isTrue();
    for (QuadratureTrial trial : divergence.trials().subList(0, divergence.trials().size() - 1)) {
      assertThat(residual(divergence, trial)).isGreaterThan(0.01);
    }
  }

  @Test
  void aChangeConfinedToOneLayerIsAttributedToItAlone() throws Exception {
    Path changed =
        changed(
            UNTIED,
            "confined",
            ChangedModel.only(ChangedModel.full(0.05), name -> name.contains("layers.1.")));
    FineTuneDivergence divergence =
        one(UNTIED.folder(), changed, UNTIED.samples(), EXACT.withNodes(3));
    double sum = 0;
    for (Map.Entry<String, Double> tensor : attributions(divergence, Objective.KL).entrySet()) {
      if (tensor.getKey().contains("layers.1.")) {
        sum += tensor.getValue();
      } else {
        assertThat(tensor.getValue()).as(tensor.getKey()).isZero();
      }
    }
    double measured = mean(measured(divergence, SampleDivergence::kl));
    assertThat(sum).isCloseTo(measured, within(1e-3 * measured));
  }

  @Test
  void aSmallChangeScaledByCScalesDivergenceAndAttributionsByCSquared() throws Exception {
    FineTuneDivergence one = small("one", 1e-3);
    FineTuneDivergence half = small("half", 5e-4);
    double measured = mean(measured(one, SampleDivergence::kl));
    assertThat(4 * mean(measured(half, SampleDivergence::kl)))
        .isCloseTo(measured, within(1e-2 * measured));
    Map<String, Double> whole = attributions(one, Objective.KL);
    attributions(half, Objective.KL)
        .forEach((tensor, value) ->
            assertThat(4 * value).as(tensor).isCloseTo(whole.get(tensor), within(1e-2 * measured)));
  }

  private FineTuneDivergence small(String name, double size) throws Exception {
    return one(TIED.folder(), changed(TIED, name, ChangedModel.full(size)), TIED.samples(), EXACT);
  }

  @Test
  void swappingTheModelsExchangesTheTwoDivergences() throws Exception {
    Path changed = changed(UNTIED, "changed", ChangedModel.full(0.1));
    FineTuneDivergence there = one(UNTIED.folder(), changed, UNTIED.samples(), EXACT);
    FineTuneDivergence back = one(changed, UNTIED.folder(), UNTIED.samples(), EXACT);
    assertThat(
            distance(
                measured(back, SampleDivergence::reverseKl), measured(there, SampleDivergence::kl)))
        .isLessThan(1e-10);
    assertThat(
            distance(
                measured(back, SampleDivergence::kl), measured(there, SampleDivergence::reverseKl)))
        .isLessThan(1e-10);
  }

  @Test
  void orderAndBatchesOfSamplesChangeNothingBeyondRounding() throws Exception {
    Path changed = changed(TIED, "changed", ChangedModel.full(0.05));
    List<TokenSample> reversed = new ArrayList<>(TIED.samples());
    Collections.reverse(reversed);
    MemoryBudget single = FisherRuns.groupsOf(1);
    FineTuneDivergence together = one(TIED.folder(), changed, TIED.samples(), EXACT);
    FineTuneDivergence apart =
        one(
            TIED.folder(),
            changed,
            reversed,
            EXACT.withBudget(single).withActivations(ActivationMode.RECOMPUTE));
    int last = reversed.size() - 1;
    for (int i = 0; i <= last; i++) {
      SampleDivergence sample = apart.samples().get(last - i);
      assertThat(sample.id()).isEqualTo(together.samples().get(i).id());
      assertThat(sample.kl())
          .isCloseTo(together.samples().get(i).kl(), within(1e-10 * sample.kl()));
      for (int tensor = 0; tensor < together.tensors().size(); tensor++) {
        double value = together.tensors().get(tensor).attributions().get(Objective.KL)[i];
        double other = apart.tensors().get(tensor).attributions().get(Objective.KL)[last - i];
        assertThat(other).isCloseTo(value, within(1e-7 * sample.kl()));
      }
    }
  }

  @Test
  void severalFineTunesAreEachWhatTheyAreAlone() throws Exception {
    Path one = changed(TIED, "one", ChangedModel.full(0.05));
    Path other = changed(TIED, "other", ChangedModel.named("lora"));
    DivergenceResult both = run(TIED.folder(), List.of(one, other), TIED.samples(), EXACT);
    FineTuneDivergence alone = one(TIED.folder(), other, TIED.samples(), EXACT);
    assertThat(both.fineTunes().get(1).samples()).isEqualTo(alone.samples());
    assertThat(attributions(both.fineTunes().get(1), Objective.KL))
        .isEqualTo(attributions(alone, Objective.KL));
  }

  @Test
  void someTensorsAloneAreMeasuredAsAModelWithOnlyTheseChanged() throws Exception {
    Path all = changed(UNTIED, "all", ChangedModel.full(0.05));
    Path some =
        changed(
            UNTIED,
            "some",
            ChangedModel.only(ChangedModel.full(0.05), name -> name.contains("layers.0.")));
    Set<String> names = new java.util.HashSet<>();
    DivergenceResult chosen;
    try (OpenedFolder baseFolder = OpenedFolder.open(UNTIED.folder());
        OpenedFolder fineTuneFolder = OpenedFolder.open(all)) {
      DecoderModel base = baseFolder.model();
      DecoderModel fineTune = fineTuneFolder.model();
      base.parameters().stream()
          .map(tensor -> tensor.name())
          .filter(name -> name.contains("layers.0."))
          .forEach(names::add);
      DivergenceRequest request =
          new DivergenceRequest(base, List.of(fineTune), UNTIED.samples(), EXACT);
      chosen = new DivergenceEngine().runPartly(request, List.of(names), _ -> {});
    }
    FineTuneDivergence expected = one(UNTIED.folder(), some, UNTIED.samples(), EXACT);
    assertThat(chosen.fineTunes().getFirst().samples()).isEqualTo(expected.samples());
  }

  @Test
  void modelsThatComputeAnotherFunctionAreRefused() throws Exception {
    Path changed = changed(UNTIED, "changed", ChangedModel.full(0.05));
    String config = Files.readString(changed.resolve("config.json"));
    Files.writeString(
        changed.resolve("config.json"),
        config.replace("\"rope_theta\": 500.0", "\"rope_theta\": 600.0"));
    assertThatThrownBy(() -> one(UNTIED.folder(), changed, UNTIED.samples(), EXACT))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("changed")
        .hasMessageContaining("config.json");
    assertThatThrownBy(() -> one(UNTIED.folder(), TIED.folder(), UNTIED.samples(), EXACT))
        .isInstanceOf(UnsupportedModelException.class)
        .hasMessageContaining("tied");
  }

  @Test
  void ofResizedVocabulariesTheTokensThatBothHaveAreCompared() throws Exception {
    Path changed = changed(UNTIED, "changed", ChangedModel.full(0.05));
    Path larger = WithMoreTokens.of(changed, folder.resolve("larger"), 3);
    DivergenceResult result = run(UNTIED.folder(), List.of(larger), UNTIED.samples(), EXACT);
    FineTuneDivergence expected = one(UNTIED.folder(), changed, UNTIED.samples(), EXACT);
    assertThat(result.vocabulary()).isEqualTo(61);
    assertThat(result.fineTunes().getFirst().samples()).isEqualTo(expected.samples());
    assertThat(attributions(result.fineTunes().getFirst(), Objective.KL))
        .isEqualTo(attributions(expected, Objective.KL));
  }

  @Test
  void aWeightThatIsNotFiniteIsNamed() throws Exception {
    for (String broken :
        List.of("model.embed_tokens.weight", "model.layers.1.mlp.up_proj.weight")) {
      Path model =
          changed(
              UNTIED,
              broken,
              (number, tensor, w) -> {
                if (tensor.name().equals(broken)) {
                  w[w.length - 1] = Double.POSITIVE_INFINITY;
                }
              });
      assertThatThrownBy(() -> run(UNTIED.folder(), List.of(model), UNTIED.samples(), EXACT))
          .isInstanceOf(UnsupportedModelException.class)
          .hasMessageContaining(broken)
          .hasMessageContaining("not finite");
    }
  }
}
