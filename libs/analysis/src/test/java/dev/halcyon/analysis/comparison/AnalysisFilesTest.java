package dev.halcyon.analysis.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.halcyon.analysis.taskvector.TaskVectorAnalysis;
import dev.halcyon.analysis.taskvector.TaskVectorAnalysis.ParameterStats;
import dev.halcyon.contracts.request.Analysis;
import dev.halcyon.contracts.request.DivergenceEstimator;
import dev.halcyon.contracts.request.FisherEstimator.Weighting;
import dev.halcyon.contracts.results.DivergenceReport;
import dev.halcyon.contracts.results.FisherCalibration;
import dev.halcyon.contracts.results.FisherCheckpoint;
import dev.halcyon.contracts.results.FisherReport;
import dev.halcyon.contracts.results.Report;
import dev.halcyon.contracts.results.Report.TensorRow;
import dev.halcyon.contracts.results.SimilarityResult;
import dev.halcyon.contracts.results.SimilarityResult.TaskVectorStatistics;
import dev.halcyon.tensors.Shape;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AnalysisFilesTest {
  /// A change of `1, 2, 3, 6` of a tensor whose norm is 10.
  private static final TaskVectorStatistics CHANGE =
      new TaskVectorStatistics(
          "ft1", Math.sqrt(50) / 10, 0, 3, Math.sqrt((4 + 1 + 0 + 9) / 4.0), 1, 6);

  private static Report report() {
    TensorRow row =
        new TensorRow(
            "model.layers.0.mlp.up_proj.weight",
            OptionalInt.of(0),
            "layer_0",
            "mlp.up_proj",
            Shape.of(2, 2),
            Optional.empty(),
            new SimilarityResult(List.of(), List.of(CHANGE), List.of(), List.of()));
    return new Report(
        Report.SCHEMA,
        "job",
        new Report.Request(List.of(Analysis.values()), List.of()),
        List.of(),
        new Report.PlanCounts(1, 1, 0),
        List.of(row),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Optional.empty(),
        new Report.Run("t", "h", Instant.EPOCH, Instant.EPOCH, 1, 1, new TreeMap<>()));
  }

  private static DivergenceReport divergence() {
    return new DivergenceReport(
        DivergenceReport.SCHEMA,
        new FisherReport.Model("base", "d"),
        FisherCheckpoint.whole(),
        new DivergenceEstimator(DivergenceEstimator.Objective.KL, 0, Weighting.SAMPLE, 256, 2),
        new FisherCalibration("texts", "d", 0, 0, List.of()),
        List.of(),
        List.of());
  }

  @Test
  void theTaskVectorsNumbersFollowFromThoseOfTheComparison() {
    TaskVectorAnalysis analysis = new AnalysisFiles(report(), divergence()).taskVector("ft1");

    ParameterStats found = analysis.parameterStats().get("model.layers.0.mlp.up_proj.weight");
    assertThat(found.norm()).isCloseTo(Math.sqrt(50), within(1e-14));
    assertThat(found.mean()).isEqualTo(3);
    assertThat(found.std()).isCloseTo(Math.sqrt(14 / 3.0), within(1e-14));
    assertThat(found.max()).isEqualTo(6);
    assertThat(found.min()).isEqualTo(1);
    assertThat(found.relativeChange()).isCloseTo(Math.sqrt(50) / 10, within(1e-15));
    assertThat(analysis.layerStats()).containsOnlyKeys("layer_0");
    assertThat(analysis.overallStats().elements()).isEqualTo(4);
  }
}
