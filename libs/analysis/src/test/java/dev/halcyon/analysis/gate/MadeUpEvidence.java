package dev.halcyon.analysis.gate;

import dev.halcyon.analysis.names.TensorName;
import dev.halcyon.contracts.job.Plan.SkippedTensor;
import dev.halcyon.contracts.job.SkipReason;
import dev.halcyon.contracts.request.Analysis;
import dev.halcyon.contracts.request.DivergenceEstimator;
import dev.halcyon.contracts.request.FisherEstimator.Weighting;
import dev.halcyon.contracts.request.ModelName;
import dev.halcyon.contracts.results.DivergenceReport;
import dev.halcyon.contracts.results.DivergenceReport.Estimate;
import dev.halcyon.contracts.results.DivergenceReport.FineTune;
import dev.halcyon.contracts.results.DivergenceReport.Measured;
import dev.halcyon.contracts.results.DivergenceReport.Part;
import dev.halcyon.contracts.results.FisherCalibration;
import dev.halcyon.contracts.results.FisherCheckpoint;
import dev.halcyon.contracts.results.FisherReport;
import dev.halcyon.contracts.results.Report;
import dev.halcyon.contracts.results.Report.RollUp;
import dev.halcyon.contracts.results.Report.TensorRow;
import dev.halcyon.contracts.results.SimilarityResult;
import dev.halcyon.contracts.results.SimilarityResult.PairSimilarity;
import dev.halcyon.contracts.results.SimilarityResult.Quantiles;
import dev.halcyon.contracts.results.SimilarityResult.TaskVectorStatistics;
import dev.halcyon.tensors.Shape;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Reports with chosen numbers: a tensor's relative change is twice its distance, and an element
/// differs where there is a distance.
final class MadeUpEvidence {
  private static final Quantiles ONES = new Quantiles(1, 1, 1, 1, 1, 1, 1, 1);

  private final List<String> labels;
  private final List<TensorRow> rows = new ArrayList<>();
  private final List<SkippedTensor> skipped = new ArrayList<>();
  private Optional<DivergenceReport> divergence = Optional.empty();

  /// @param labels of the models, the base first
  MadeUpEvidence(String... labels) {
    this.labels = List.of(labels);
  }

  /// @param distances of the fine-tunes from the base
  MadeUpEvidence tensor(String key, double... distances) {
    List<PairSimilarity> pairs = new ArrayList<>();
    List<TaskVectorStatistics> changes = new ArrayList<>();
    for (int i = 0; i < distances.length; i++) {
      double distance = distances[i];
      String name = ModelName.of(i + 1);
      pairs.add(
          new PairSimilarity(
              ModelName.pair(ModelName.BASE, name), 4, 1 - distance, distance, ONES, 0));
      double identical = distance > 0 ? 0.75 : 1 - distance;
      changes.add(new TaskVectorStatistics(name, 2 * distance, identical, 0, 0, 0, 0));
    }
    TensorName name = TensorName.parse(key);
    rows.add(
        new TensorRow(
            key,
            name.layer(),
            name.layerName(),
            name.component(),
            Shape.of(4, 4),
            Optional.empty(),
            new SimilarityResult(pairs, changes, List.of(), List.of())));
    return this;
  }

  MadeUpEvidence skip(String key, SkipReason reason, String detail) {
    skipped.add(new SkippedTensor(key, List.of("ft1"), reason, detail));
    return this;
  }

  /// Two fine-tunes with these divergences, the attributions of the second being three times those
  /// of the first.
  MadeUpEvidence divergence(double first, double second, Map<String, Double> attributions) {
    divergence =
        Optional.of(
            new DivergenceReport(
                DivergenceReport.SCHEMA,
                new FisherReport.Model("base", "d"),
                FisherCheckpoint.whole(),
                new DivergenceEstimator(
                    DivergenceEstimator.Objective.KL, 0, Weighting.SAMPLE, 256, 2),
                new FisherCalibration("texts", "d", 0, 0, List.of()),
                List.of(
                    fineTune("ft1", first, 1, attributions),
                    fineTune("ft2", second, 3, attributions)),
                List.of()));
    return this;
  }

  private static FineTune fineTune(
      String name, double kl, double factor, Map<String, Double> attributions) {
    List<Part> tensors = new ArrayList<>();
    new TreeMap<>(attributions)
        .forEach((key, value) -> tensors.add(part(key, key, factor * value)));
    return new FineTune(
        name,
        new FisherReport.Model(name, "d"),
        FisherCheckpoint.whole(),
        100,
        1_000,
        new Measured(estimate(kl), estimate(2 * kl), estimate(3), estimate(-kl), estimate(kl)),
        List.of(),
        part("all", "all", kl),
        List.of(part("embeddings", "", 0), part("layer_0", "", 0), part("layer_1", "", 0)),
        List.of(),
        List.of(),
        tensors,
        List.of(),
        List.of(),
        List.of());
  }

  private static Part part(String name, String key, double attribution) {
    return new Part(
        name,
        TensorName.parse(key).layerName(),
        TensorName.parse(key).component(),
        16,
        Double.NaN,
        0,
        estimate(attribution),
        0,
        Estimate.UNDEFINED,
        Double.NaN);
  }

  private static Estimate estimate(double value) {
    return new Estimate(value, Double.NaN);
  }

  Evidence evidence() {
    Report report =
        new Report(
            Report.SCHEMA,
            "job",
            new Report.Request(List.of(Analysis.SIMILARITY), List.of()),
            ModelName.all(labels.size()).stream()
                .map(name -> new Report.Model(name, "f", 1, 1, 1, List.of(), List.of()))
                .toList(),
            new Report.PlanCounts(rows.size(), 1, skipped.size()),
            rows,
            skipped,
            List.of(),
            rows.stream()
                .map(TensorRow::layerName)
                .distinct()
                .map(layer -> new RollUp(layer, 1, List.of()))
                .toList(),
            List.of(),
            List.of(),
            divergence,
            new Report.Run("t", "h", Instant.EPOCH, Instant.EPOCH, 1, 1, new TreeMap<>()));
    return new Evidence(Optional.of(report), divergence, labels);
  }
}
