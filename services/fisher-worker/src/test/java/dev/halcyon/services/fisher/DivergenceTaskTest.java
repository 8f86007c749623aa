package dev.halcyon.services.fisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.halcyon.analysis.divergence.DivergenceMerge;
import dev.halcyon.contracts.job.FisherProgress;
import dev.halcyon.contracts.job.FisherTask;
import dev.halcyon.contracts.job.FisherTask.Alone;
import dev.halcyon.contracts.job.FisherTask.Divergence;
import dev.halcyon.contracts.job.FisherTask.NamedModel;
import dev.halcyon.contracts.job.FisherTask.TextsReference;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.request.DivergenceEstimator;
import dev.halcyon.contracts.request.DivergenceEstimator.Objective;
import dev.halcyon.contracts.request.FisherEstimator.Weighting;
import dev.halcyon.contracts.results.DivergenceOutcome;
import dev.halcyon.contracts.results.DivergenceOutcome.Tensor;
import dev.halcyon.contracts.results.DivergenceOutcomes;
import dev.halcyon.contracts.results.DivergenceOutcomes.LayersAlone;
import dev.halcyon.contracts.results.FisherResult;
import dev.halcyon.contracts.store.CalibrationTexts;
import dev.halcyon.contracts.store.CalibrationTexts.CalibrationText;
import dev.halcyon.contracts.store.Digest;
import dev.halcyon.contracts.store.StoredObject;
import dev.halcyon.objectstore.MemoryObjectStore;
import dev.halcyon.services.common.BadInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Tasks of a divergence on the bundled models.
class DivergenceTaskTest {
  private static final List<String> TEXTS =
      List.of(
          "In the beginning God created the heaven and the earth.",
          "def add(a, b):\n    return a + b\n",
          "I",
          "The river runs past the mill and on to the sea, slowly in summer.");

  private final MemoryObjectStore store = new MemoryObjectStore();
  private final TaskHandler tasks = TaskHandler.on(store, store::read, ListenedTasks.MACHINE);
  private final List<FisherProgress> progress = new ArrayList<>();

  private static Path model(String name) {
    return Path.of(System.getProperty("halcyon.root"), "examples/models", name).toAbsolutePath();
  }

  private Divergence task(String job, int range, int ranges, int minTokens) throws IOException {
    return new Divergence(
        job,
        1,
        List.of(
            new NamedModel(
                "base", "base", PlacedModels.put(store, PlacedModels.inPlace(model("base")))),
            new NamedModel(
                "ft1",
                "python",
                PlacedModels.put(store, PlacedModels.inStore(model("python"), store)))),
        texts(),
        range,
        ranges,
        TEXTS.size() * range / ranges,
        TEXTS.size() * (range + 1) / ranges,
        new DivergenceEstimator(Objective.BOTH, 2, Weighting.SAMPLE, 32, minTokens),
        true,
        1,
        List.of());
  }

  private TextsReference texts() throws IOException {
    byte[] content =
        Json.bytes(
            new CalibrationTexts(
                IntStream.range(0, TEXTS.size())
                    .mapToObj(i -> new CalibrationText("text " + i, TEXTS.get(i)))
                    .toList()));
    store.put("texts", content);
    return new TextsReference(
        "here", "digest", 0, new StoredObject("texts", content.length, Digest.sha256(content)));
  }

  private StoredObject run(FisherTask task) throws IOException {
    FisherResult result = tasks.handle(task, progress::add);
    assertThat(result.model()).isEqualTo(task.model());
    return result.outcome();
  }

  private DivergenceOutcomes read(StoredObject outcome) throws IOException {
    return Json.read(store.get(outcome.key()), DivergenceOutcomes.class);
  }

  @Test
  void rangesPutTogetherAreOneTask() throws IOException {
    DivergenceOutcomes whole = read(run(task("whole", 0, 1, 4)));
    DivergenceOutcomes merged =
        DivergenceMerge.of(
            List.of(read(run(task("cut", 0, 2, 4))), read(run(task("cut", 1, 2, 4)))));

    DivergenceOutcome one = whole.fineTunes().getFirst();
    DivergenceOutcome other = merged.fineTunes().getFirst();
    assertThat(other.samples())
        .extracting(DivergenceOutcome.Sample::sample)
        .containsExactly("text 0", "text 1", "text 3");
    assertThat(other.tooShort()).isEqualTo(1).isEqualTo(one.tooShort());
    for (int i = 0; i < one.samples().size(); i++) {
      double kl = one.samples().get(i).kl();
      assertThat(other.samples().get(i).kl()).isCloseTo(kl, within(1e-9 * kl));
    }
    assertThat(other.tensors()).hasSameSizeAs(one.tensors());
    for (int i = 0; i < one.tensors().size(); i++) {
      assertClose(one.tensors().get(i), other.tensors().get(i), one.samples().getFirst().kl());
    }
    assertThat(merged.fisher().orElseThrow().samples()).isEqualTo(3);
  }

  private static void assertClose(Tensor one, Tensor other, double scale) {
    assertThat(other.parameter()).isEqualTo(one.parameter());
    for (int i = 0; i < one.kl().size(); i++) {
      assertThat(other.kl().get(i)).isCloseTo(one.kl().get(i), within(1e-5 * scale));
    }
    assertThat(other.diagonalProxy())
        .isCloseTo(one.diagonalProxy(), within(1e-5 * one.diagonalProxy()));
  }

  @Test
  void progressEndsWithAllLayersPassed() throws IOException {
    run(task("whole", 0, 1, 4));

    FisherProgress last = progress.getLast();
    assertThat(last.layersDone()).isEqualTo(last.layers()).isPositive();
    assertThat(last.tokensDone()).isEqualTo(last.tokens()).isPositive();
    assertThat(last.model()).isEqualTo(Divergence.WORK);
    assertThat(last.samples()).isEqualTo(3);
  }

  @Test
  void theLargestLayersOfAllRangesAreMeasuredAloneOnEach() throws IOException {
    List<StoredObject> outcomes = List.of(run(task("cut", 0, 2, 4)), run(task("cut", 1, 2, 4)));
    List<String> layers = new ArrayList<>();
    for (int range = 0; range < 2; range++) {
      StoredObject found = run(Alone.of(task("cut", range, 2, 4), outcomes));
      DivergenceOutcome.Alone layer =
          Json.read(store.get(found.key()), LayersAlone.class).fineTunes().getFirst().getFirst();
      layers.add(layer.layer());
      List<DivergenceOutcome.Sample> samples =
          read(outcomes.get(range)).fineTunes().getFirst().samples();
      assertThat(layer.only()).hasSameSizeAs(samples).allSatisfy(kl -> assertThat(kl).isPositive());
      assertThat(layer.allBut()).hasSameSizeAs(samples);
    }

    assertThat(layers).hasSize(2).containsOnly(layers.getFirst());
  }

  @Test
  void aRangeWithoutSamplesFindsNothingAndIsNoFailure() throws IOException {
    DivergenceOutcomes outcome = read(run(task("cut", 2, 4, 4)));

    assertThat(outcome.fineTunes().getFirst().samples()).isEmpty();
    assertThat(outcome.fineTunes().getFirst().tooShort()).isEqualTo(1);
  }

  @Test
  void noSampleAtAllIsBadInput() {
    assertThatThrownBy(() -> run(task("short", 0, 1, 31)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("none of the 4 calibration samples has 31 tokens");
  }
}
