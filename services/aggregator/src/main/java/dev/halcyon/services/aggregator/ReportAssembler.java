package dev.halcyon.services.aggregator;

import dev.halcyon.analysis.names.TensorName;
import dev.halcyon.analysis.rollup.Summaries;
import dev.halcyon.contracts.job.Plan;
import dev.halcyon.contracts.job.Plan.PlannedTensor;
import dev.halcyon.contracts.job.Plan.ResolvedModel;
import dev.halcyon.contracts.job.Plan.SkippedTensor;
import dev.halcyon.contracts.request.ModelName;
import dev.halcyon.contracts.request.ModelName.Pair;
import dev.halcyon.contracts.results.DivergenceReport;
import dev.halcyon.contracts.results.Report;
import dev.halcyon.contracts.results.Report.ModelFisher;
import dev.halcyon.contracts.results.Report.PairSummary;
import dev.halcyon.contracts.results.Report.RollUp;
import dev.halcyon.contracts.results.Report.TensorRow;
import dev.halcyon.contracts.results.SimilarityResult;
import dev.halcyon.contracts.results.SimilarityResult.PairSimilarity;
import dev.halcyon.contracts.results.Summary;
import dev.halcyon.contracts.results.TensorResult;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// Makes a report of a plan and its results. The same plan and results give the same report, `run`
/// aside, in whatever order the results came.
final class ReportAssembler {
  private static final double MILLIS = 1000.0;

  private final String version;

  /// @param version of Halcyon, for the report's `run`
  ReportAssembler(String version) {
    this.version = version;
  }

  Report assemble(
      Plan plan,
      List<TensorResult> results,
      List<ModelFisher> fisher,
      Optional<DivergenceReport> divergence,
      Instant started,
      Instant finished) {
    List<TensorRow> rows = rows(plan, results);
    List<Pair> pairs = ModelName.pairs(plan.models().stream().map(ResolvedModel::name).toList());
    return new Report(
        Report.SCHEMA,
        plan.jobId(),
        new Report.Request(plan.analyses(), plan.components()),
        plan.models().stream().map(model -> model(plan, model)).toList(),
        new Report.PlanCounts(plan.tensors().size(), plan.bytes(), skippedTensors(plan)),
        rows,
        plan.skipped(),
        summaries(pairs, rows),
        rollUps(pairs, rows, TensorRow::layerName),
        rollUps(pairs, rows, TensorRow::componentType),
        fisher,
        divergence,
        run(plan, started, finished));
  }

  private static List<TensorRow> rows(Plan plan, List<TensorResult> results) {
    Map<String, SimilarityResult> byTensor = new LinkedHashMap<>();
    results.forEach(result -> byTensor.put(result.tensor(), result.similarity()));
    List<TensorRow> rows = new ArrayList<>();
    for (PlannedTensor planned : plan.tensors()) {
      SimilarityResult similarity = byTensor.get(planned.tensor());
      if (similarity == null) {
        throw new IllegalStateException("no result for " + planned.tensor());
      }
      rows.add(row(planned, similarity));
    }
    rows.sort(Comparator.comparing(row -> TensorName.parse(row.tensorKey())));
    return rows;
  }

  private static TensorRow row(PlannedTensor planned, SimilarityResult similarity) {
    TensorName name = TensorName.parse(planned.tensor());
    return new TensorRow(
        planned.tensor(),
        name.layer(),
        name.layerName(),
        name.component(),
        planned.shape(),
        planned.note(),
        similarity);
  }

  private static Report.Model model(Plan plan, ResolvedModel model) {
    return new Report.Model(
        model.name(),
        model.fingerprint(),
        model.tensors(),
        model.bytes(),
        plan.compared(model.name()),
        model.prefixes(),
        model.notes());
  }

  private static long skippedTensors(Plan plan) {
    return plan.skipped().stream().map(SkippedTensor::tensor).distinct().count();
  }

  private static List<RollUp> rollUps(
      List<Pair> pairs, List<TensorRow> rows, Function<TensorRow, String> group) {
    Map<String, List<TensorRow>> groups = new LinkedHashMap<>();
    rows.forEach(row -> groups.computeIfAbsent(group.apply(row), _ -> new ArrayList<>()).add(row));
    return groups.entrySet().stream()
        .map(entry ->
            new RollUp(entry.getKey(), entry.getValue().size(), summaries(pairs, entry.getValue())))
        .toList();
  }

  private static List<PairSummary> summaries(List<Pair> pairs, List<TensorRow> rows) {
    return pairs.stream()
        .map(pair ->
            new PairSummary(
                pair.name(),
                summary(pair, rows, PairSimilarity::cosine),
                summary(pair, rows, PairSimilarity::distance)))
        .toList();
  }

  private static Summary summary(
      Pair pair, List<TensorRow> rows, ToDoubleFunction<PairSimilarity> value) {
    double[] values =
        rows.stream()
            .flatMap(row -> row.similarity().pairs().stream())
            .filter(found -> found.pair().equals(pair.name()))
            .mapToDouble(value)
            .toArray();
    return Summaries.of(values);
  }

  private Report.Run run(Plan plan, Instant started, Instant finished) {
    double seconds = Duration.between(started, finished).toMillis() / MILLIS;
    SortedMap<String, String> paths = new TreeMap<>();
    plan.models().forEach(model -> paths.put(model.name(), model.source()));
    return new Report.Run(
        version,
        host(),
        started,
        finished,
        seconds,
        seconds > 0 ? plan.bytes() / seconds : Double.NaN,
        paths);
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }
}
