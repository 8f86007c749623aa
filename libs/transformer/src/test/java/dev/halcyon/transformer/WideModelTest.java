package dev.halcyon.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.request.FisherEstimator.Labels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Matrices of several blocks, against transformers in float64; expected values by
/// `tools/golden/wide_model_golden.py`.
class WideModelTest {
  private static final FisherOptions OPTIONS = FisherRuns.OPTIONS;
  private static final long ROOM = 1 << 30;

  @TempDir Path folder;
  @TempDir Path temporary;

  /// With memory the output matrix and its logits are held, without they are read and computed
  /// again.
  @ParameterizedTest
  @CsvSource({"TIED, true", "TIED, false", "UNTIED, true", "UNTIED, false"})
  void fisherInformationIsThatOfTransformersGradients(WideModel wide, boolean memory)
      throws Exception {
    GoldenValues golden = wide.golden();
    FisherOptions options =
        OPTIONS.withBudget(new MemoryBudget(memory ? ROOM : 0, ROOM, temporary));
    CollectedFisher collected = FisherRuns.run(wide.write(folder), golden.samples(), options);
    assertThat(collected.values.keySet()).containsExactlyInAnyOrderElementsOf(golden.parameters());
    collected.values.forEach((name, values) -> {
      double off = Projection.distance(Projection.of(values), golden.doubles("fisher." + name));
      assertThat(off / golden.doubles("norm." + name)[0]).as(name).isLessThan(1e-4);
    });
    double[] losses = golden.doubles("losses");
    collected.losses.forEach(loss ->
        assertThat(loss.loss())
            .isCloseTo(losses[(int) loss.id()], Percentage.withPercentage(1e-4)));
  }

  /// A sample of one prediction has the Fisher information of its text with the drawn label in it,
  /// and the label is where the cumulated probability passes the sample's random number.
  @Test
  void drawnLabelsFollowTheProbabilitiesOfAllBlocks() throws Exception {
    Path model = WideModel.UNTIED.write(folder);
    List<TokenSample> samples = new ArrayList<>();
    List<TokenSample> relabelled = new ArrayList<>();
    Set<Integer> blocks = new HashSet<>();
    for (int id = 0; id < 12; id++) {
      TokenSample sample = new TokenSample(id, new int[] {17_000 * id, 1});
      int label = drawn(logits(model, sample), uniform(7, id));
      samples.add(sample);
      relabelled.add(new TokenSample(id, new int[] {17_000 * id, label}));
      blocks.add(label / ((2 << 20) / 24));
    }
    assertThat(blocks).containsExactlyInAnyOrder(0, 1, 2);
    CollectedFisher drawn = FisherRuns.run(model, samples, OPTIONS.withLabels(Labels.SAMPLED, 7));
    CollectedFisher own = FisherRuns.run(model, relabelled, OPTIONS);
    FisherRuns.assertClose(drawn, own, 1e-6);
  }

  private static float[] logits(Path model, TokenSample sample) throws Exception {
    try (OpenedFolder openedFolder = OpenedFolder.open(model)) {
      DecoderModel opened = openedFolder.model();
      return new LogitsEngine().logits(opened, sample, OPTIONS)[0];
    }
  }

  private static int drawn(float[] logits, double uniform) {
    double[] masses = new double[logits.length];
    for (int i = 0; i < logits.length; i++) {
      masses[i] = Math.exp(logits[i]);
    }
    double rest = uniform * Arrays.stream(masses).sum();
    int label = 0;
    while (rest >= masses[label]) {
      rest -= masses[label++];
    }
    return label;
  }

  /// The number that seed, sample and the first position are mixed to.
  private static double uniform(long seed, long sample) {
    long golden = 0x9E3779B97F4A7C15L;
    long mixed = Projection.mix(Projection.mix(seed + golden) + sample * golden);
    return (Projection.mix(mixed + golden) >>> 11) * 0x1p-53;
  }
}
