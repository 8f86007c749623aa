package dev.halcyon.transformer;

import static dev.halcyon.transformer.FisherRuns.assertClose;
import static dev.halcyon.transformer.FisherRuns.assertSameBits;
import static dev.halcyon.transformer.FisherRuns.repeated;
import static dev.halcyon.transformer.FisherRuns.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.halcyon.contracts.request.FisherEstimator.Labels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever memory there is, the result is the same.
class FisherMemoryTest {
  private static final FisherOptions OPTIONS = FisherRuns.OPTIONS;

  private static final GoldenCase LLAMA = GoldenCase.named("llama-dynamic");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"llama-dynamic", "gpt2", "gemma2", "olmo2", "phi3", "gpt_neox"})
  void keepingActivationsChangesNothing(String name) throws Exception {
    GoldenCase golden = GoldenCase.named(name);
    CollectedFisher again =
        run(golden, golden.samples(), OPTIONS.withActivations(ActivationMode.RECOMPUTE));
    CollectedFisher kept =
        run(golden, golden.samples(), OPTIONS.withActivations(ActivationMode.KEEP));
    assertThat(again.estimate.keptLayers()).isZero();
    assertThat(kept.estimate.keptLayers()).isPositive();
    assertSameBits(again, kept);
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-dynamic", "llama-tied"})
  void withoutMemoryLayerInputsGoToDisk(String name) throws Exception {
    GoldenCase golden = GoldenCase.named(name);
    CollectedFisher inMemory = run(golden, golden.samples(), OPTIONS);
    CollectedFisher onDisk =
        run(golden, golden.samples(), OPTIONS.withBudget(new MemoryBudget(0, 1 << 20, folder)));
    assertThat(onDisk.estimate.disk()).isPositive();
    assertThat(onDisk.estimate.groups()).isEqualTo(1);
    assertClose(onDisk, inMemory, 1e-6);
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-dynamic", "llama-tied", "gpt2"})
  void withLittleDiskSamplesGoInGroups(String name) throws Exception {
    GoldenCase golden = GoldenCase.named(name);
    List<TokenSample> samples = repeated(golden.samples(), 8);
    CollectedFisher whole = run(golden, samples, OPTIONS);
    CollectedFisher grouped = run(golden, samples, OPTIONS.withBudget(roomForOneGroup(golden)));
    assertThat(grouped.estimate.groups()).isGreaterThan(1);
    assertClose(grouped, whole, 1e-5);
    assertThat(folder).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-dynamic", "llama-tied", "gpt2", "gemma2", "phi3", "gpt_neox"})
  void aBatchOfSamplesGoesAlone(String name) throws Exception {
    GoldenCase golden = GoldenCase.named(name);
    MemoryBudget budget = FisherRuns.groupsOf(3);
    CollectedFisher whole = run(golden, golden.samples(), OPTIONS);
    CollectedFisher batched = run(golden, golden.samples(), OPTIONS.withBudget(budget));
    assertThat(whole.estimate.groups()).isEqualTo(1);
    assertThat(batched.estimate.groups()).isEqualTo(2);
    assertThat(batched.progress).extracting(FisherProgress::group).isSorted().contains(0, 1);
    assertThat(batched.losses)
        .usingRecursiveComparison()
        .withComparatorForType(FisherMemoryTest::roundingAside, Double.class)
        .isEqualTo(whole.losses);
    assertClose(batched, whole, 1e-5);
  }

  @Test
  void batchesOfDrawnLabelsHaveTheSameLabels() throws Exception {
    FisherOptions sampled = OPTIONS.withLabels(Labels.SAMPLED, 7);
    CollectedFisher whole = run(LLAMA, LLAMA.samples(), sampled);
    CollectedFisher batched =
        run(LLAMA, LLAMA.samples(), sampled.withThreads(2).withBudget(FisherRuns.groupsOf(1)));
    assertClose(batched, whole, 1e-5);
  }

  @Test
  void tooLittleRoomIsRefusedBeforeAnythingIsComputed() {
    FisherOptions options = OPTIONS.withBudget(new MemoryBudget(0, 1000, folder));
    assertThatThrownBy(() -> run(LLAMA, LLAMA.samples(), options))
        .hasMessageContaining("budget")
        .hasMessageContaining("temporary files");
  }

  private static int roundingAside(double one, double other) {
    return Math.abs(one - other) <= 1e-6 * other ? 0 : Double.compare(one, other);
  }

  /// Enough disk for squared gradients between groups and the layer inputs of the longest sample.
  private MemoryBudget roomForOneGroup(GoldenCase golden) throws IOException {
    try (OpenedFolder modelFolder = OpenedFolder.open(golden.folder())) {
      DecoderModel model = modelFolder.model();
      long rows = 26L * (model.layers() + 3) * 24 * Float.BYTES;
      long head = 2L * model.vocabulary() * 24 * Float.BYTES;
      return new MemoryBudget(head, model.blueprint().elements() * Float.BYTES + rows, folder);
    }
  }
}
