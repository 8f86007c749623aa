package dev.halcyon.analysis.similarity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.contracts.results.SimilarityResult;
import dev.halcyon.contracts.results.SimilarityResult.NonFinite;
import dev.halcyon.contracts.results.SimilarityResult.PairSimilarity;
import dev.halcyon.contracts.results.SimilarityResult.TaskVectorPair;
import dev.halcyon.contracts.results.SimilarityResult.TaskVectorStatistics;
import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.MemoryTensorBytes;
import dev.halcyon.tensors.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What is said of tensors that were not read, against what reading them would have said.
class UnchangedModelsTest {
  private static final float[] BASE = {1, 2, 3, 4};
  private static final float[] CHANGED = {1, 2.5f, 2, 4};
  private static final float[] CHANGED_TOO = {0.5f, 3, 2, 5};

  private static SimilarityResult compare(Map<String, float[]> models) throws IOException {
    List<ModelTensor> tensors = new ArrayList<>();
    models.forEach((model, values) ->
        tensors.add(
            new ModelTensor(
                model,
                DType.F32,
                Shape.of(2, 2),
                new MemoryTensorBytes(MemorySegment.ofArray(values)))));
    try (SimilarityAnalysis analysis = new SimilarityAnalysis(1)) {
      return analysis.compare(tensors, 2);
    }
  }

  private static SimilarityResult included(Map<String, float[]> all, Set<String> unchanged)
      throws IOException {
    Map<String, float[]> read = new TreeMap<>(all);
    read.keySet().removeAll(unchanged);
    return UnchangedModels.include(
        List.copyOf(all.keySet()),
        unchanged,
        read.size() < 2 ? UnchangedModels.NOTHING_READ : compare(read),
        2);
  }

  @Test
  void modelsThatChangeNothingAreTheBase() throws IOException {
    Map<String, float[]> all = new TreeMap<>(Map.of("base", BASE, "ft1", BASE, "ft2", BASE));

    assertThat(included(all, Set.of("ft1", "ft2"))).isEqualTo(compare(all));
  }

  @Test
  void aModelThatChangesNothingIsToTheOthersWhatTheBaseIs() throws IOException {
    Map<String, float[]> all =
        new TreeMap<>(
            Map.of("base", BASE, "ft1", BASE, "ft2", CHANGED, "ft3", BASE, "ft4", CHANGED_TOO));

    assertThat(included(all, Set.of("ft1", "ft3"))).isEqualTo(compare(all));
  }

  @Test
  void whereTheBaseIsBrokenSoAreThey() throws IOException {
    float[] broken = {1, Float.NaN, 3, 4};
    Map<String, float[]> all = new TreeMap<>(Map.of("base", broken, "ft1", broken, "ft2", CHANGED));

    SimilarityResult found = included(all, Set.of("ft1"));

    assertThat(found.nonFinite())
        .containsExactly(new NonFinite("base", 1), new NonFinite("ft1", 1));
    assertThat(found.pairs()).extracting(PairSimilarity::distance).containsOnly(Double.NaN);
    assertThat(found.changes())
        .extracting(TaskVectorStatistics::relativeChange)
        .containsOnly(Double.NaN);
    assertThat(found.changePairs()).extracting(TaskVectorPair::cosine).containsOnly(Double.NaN);
  }

  @Test
  void aTensorThatIsNotReadIsIdenticalThoughItMayHoldZeroColumns() {
    SimilarityResult found =
        UnchangedModels.include(
            List.of("base", "ft1"), Set.of("ft1"), UnchangedModels.NOTHING_READ, 7);

    PairSimilarity pair = found.pairs().getFirst();
    assertThat(pair.columns()).isEqualTo(7);
    assertThat(pair.cosine()).isEqualTo(1);
    assertThat(pair.distance()).isZero();
    assertThat(found.changes()).containsExactly(new TaskVectorStatistics("ft1", 0, 1, 0, 0, 0, 0));
  }
}
