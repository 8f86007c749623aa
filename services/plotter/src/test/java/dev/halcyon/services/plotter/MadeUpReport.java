package dev.halcyon.services.plotter;

import dev.halcyon.analysis.names.TensorName;
import dev.halcyon.contracts.Analysis;
import dev.halcyon.contracts.ModelName;
import dev.halcyon.contracts.ModelName.Pair;
import dev.halcyon.contracts.Report;
import dev.halcyon.contracts.Report.TensorRow;
import dev.halcyon.contracts.SimilarityResult;
import dev.halcyon.contracts.SimilarityResult.NonFinite;
import dev.halcyon.contracts.SimilarityResult.PairSimilarity;
import dev.halcyon.contracts.SimilarityResult.Quantiles;
import dev.halcyon.contracts.SimilarityResult.TaskVectorPair;
import dev.halcyon.contracts.SimilarityResult.TaskVectorStatistics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// Reports of tensors that never were, each number different from the others.
final class MadeUpReport {
  private final List<String> models;
  private final List<TensorRow> rows = new ArrayList<>();
  private double last = 0.1;

  MadeUpReport(int models) {
    this.models = ModelName.all(models);
  }

  /// A tensor that all models have.
  MadeUpReport tensor(String key, Long... shape) {
    return tensor(key, models, List.of(), shape);
  }

  /// @param having the models that have it
  MadeUpReport tensor(String key, List<String> having, List<NonFinite> nonFinite, Long... shape) {
    TensorName name = TensorName.parse(key);
    rows.add(
        new TensorRow(
            key,
            name.layer(),
            name.layerName(),
            name.component(),
            List.of(shape),
            Optional.empty(),
            similarity(having, nonFinite)));
    return this;
  }

  private SimilarityResult similarity(List<String> having, List<NonFinite> nonFinite) {
    boolean defined = nonFinite.isEmpty();
    List<Pair> pairs = ModelName.pairs(having);
    List<String> tuned =
        having.contains(ModelName.BASE) ? having.subList(1, having.size()) : List.of();
    return new SimilarityResult(
        pairs.stream().map(pair -> pair(pair, defined)).toList(),
        tuned.stream().map(this::change).toList(),
        pairs.stream()
            .filter(pair -> !tuned.isEmpty() && !pair.involvesBase())
            .map(pair -> new TaskVectorPair(pair.name(), next(), next()))
            .toList(),
        nonFinite);
  }

  private PairSimilarity pair(Pair pair, boolean defined) {
    return new PairSimilarity(
        pair.name(),
        4,
        defined ? next() : Double.NaN,
        defined ? next() : Double.NaN,
        new Quantiles(next(), next(), next(), next(), next(), next(), next(), next()),
        3);
  }

  private TaskVectorStatistics change(String model) {
    return new TaskVectorStatistics(model, next(), next(), next(), next(), next(), next());
  }

  /// Numbers with all the digits a double has.
  private double next() {
    last = last * 0.7 + 0.01 / 3;
    return last;
  }

  Report report() {
    return new Report(
        Report.SCHEMA,
        "job",
        new Report.Request(List.of(Analysis.SIMILARITY), List.of()),
        models.stream()
            .map(name -> new Report.Model(name, "f", rows.size(), 100, 100, List.of(), List.of()))
            .toList(),
        new Report.PlanCounts(rows.size(), 100, 0),
        rows,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Optional.empty(),
        new Report.Run("test", "host", Instant.EPOCH, Instant.EPOCH, 1, 100, new TreeMap<>()));
  }
}
