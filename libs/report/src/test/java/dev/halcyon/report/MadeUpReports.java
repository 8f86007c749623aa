package dev.halcyon.report;

import dev.halcyon.analysis.names.TensorName;
import dev.halcyon.analysis.rollup.Summaries;
import dev.halcyon.contracts.job.Plan.SkippedTensor;
import dev.halcyon.contracts.job.SkipReason;
import dev.halcyon.contracts.request.Analysis;
import dev.halcyon.contracts.request.DivergenceEstimator;
import dev.halcyon.contracts.request.DivergenceEstimator.Objective;
import dev.halcyon.contracts.request.FisherEstimator;
import dev.halcyon.contracts.request.FisherEstimator.Labels;
import dev.halcyon.contracts.request.FisherEstimator.Precision;
import dev.halcyon.contracts.request.FisherEstimator.Weighting;
import dev.halcyon.contracts.request.ModelName;
import dev.halcyon.contracts.request.ModelName.Pair;
import dev.halcyon.contracts.results.DivergenceReport;
import dev.halcyon.contracts.results.DivergenceReport.Estimate;
import dev.halcyon.contracts.results.DivergenceReport.FineTune;
import dev.halcyon.contracts.results.DivergenceReport.Measured;
import dev.halcyon.contracts.results.DivergenceReport.Part;
import dev.halcyon.contracts.results.DivergenceReport.Sample;
import dev.halcyon.contracts.results.DivergenceReport.Trial;
import dev.halcyon.contracts.results.FisherCalibration;
import dev.halcyon.contracts.results.FisherCheckpoint;
import dev.halcyon.contracts.results.FisherReport;
import dev.halcyon.contracts.results.FisherReport.Amount;
import dev.halcyon.contracts.results.Report;
import dev.halcyon.contracts.results.Report.ModelFisher;
import dev.halcyon.contracts.results.Report.PairSummary;
import dev.halcyon.contracts.results.Report.RollUp;
import dev.halcyon.contracts.results.Report.TensorRow;
import dev.halcyon.contracts.results.SimilarityResult;
import dev.halcyon.contracts.results.SimilarityResult.PairSimilarity;
import dev.halcyon.contracts.results.SimilarityResult.Quantiles;
import dev.halcyon.contracts.results.SimilarityResult.TaskVectorPair;
import dev.halcyon.contracts.results.SimilarityResult.TaskVectorStatistics;
import dev.halcyon.tensors.Shape;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;

/// Reports of tensors that never were; the same for the same shape of model.
final class MadeUpReports {
  private static final List<String> COMPONENTS =
      List.of(
          "input_layernorm",
          "self_attn.q_proj",
          "self_attn.k_proj",
          "self_attn.v_proj",
          "self_attn.o_proj",
          "post_attention_layernorm",
          "mlp.gate_proj",
          "mlp.up_proj",
          "mlp.down_proj");

  private final List<String> models;
  private final List<TensorRow> rows = new ArrayList<>();
  private final List<SkippedTensor> skipped = new ArrayList<>();
  private final Random random = new Random(7);

  MadeUpReports(int models) {
    this.models = ModelName.all(models);
  }

  /// A decoder of so many layers with nine components each.
  static MadeUpReports decoder(int layers, int models) {
    MadeUpReports report = new MadeUpReports(models).tensor("model.embed_tokens.weight");
    for (int layer = 0; layer < layers; layer++) {
      for (String component : COMPONENTS) {
        report.tensor("model.layers." + layer + "." + component + ".weight");
      }
    }
    return report.tensor("model.norm.weight").tensor("lm_head.weight");
  }

  /// A mixture of experts.
  static MadeUpReports experts(int layers, int experts, int models) {
    MadeUpReports report = new MadeUpReports(models).tensor("model.embed_tokens.weight");
    for (int layer = 0; layer < layers; layer++) {
      for (int expert = 0; expert < experts; expert++) {
        for (String part : List.of("gate_proj", "up_proj", "down_proj")) {
          report.tensor("model.layers.%d.mlp.experts.%d.%s.weight".formatted(layer, expert, part));
        }
      }
    }
    return report;
  }

  MadeUpReports tensor(String key) {
    TensorName name = TensorName.parse(key);
    rows.add(
        new TensorRow(
            key,
            name.layer(),
            name.layerName(),
            name.component(),
            Shape.of(64, 32),
            Optional.empty(),
            similarity(name.layer().orElse(0))));
    return this;
  }

  MadeUpReports skip(String tensor, String model, SkipReason reason, String detail) {
    skipped.add(new SkippedTensor(tensor, List.of(model), reason, detail));
    return this;
  }

  private SimilarityResult similarity(int layer) {
    List<Pair> pairs = ModelName.pairs(models);
    return new SimilarityResult(
        pairs.stream().map(pair -> pair(pair, layer)).toList(),
        models.stream().skip(1).map(this::change).toList(),
        pairs.stream()
            .filter(pair -> !pair.involvesBase())
            .map(pair -> new TaskVectorPair(pair.name(), number(-0.2, 0.2), number(0.3, 0.6)))
            .toList(),
        List.of());
  }

  private PairSimilarity pair(Pair pair, int layer) {
    double distance = 1e-5 * Math.exp(layer / 20.0 + random.nextGaussian());
    double median = 1 - distance;
    return new PairSimilarity(
        pair.name(),
        32,
        1 - distance,
        distance,
        new Quantiles(
            median - 8 * distance,
            median - 5 * distance,
            median - 3 * distance,
            median - distance / 2,
            median,
            median + distance / 4,
            median + distance / 2,
            1),
        0);
  }

  private TaskVectorStatistics change(String model) {
    return new TaskVectorStatistics(
        model, 1e-3 * Math.exp(random.nextGaussian()), number(0.1, 0.9), 0, 1e-4, -1e-2, 1e-2);
  }

  private double number(double low, double high) {
    return low + (high - low) * random.nextDouble();
  }

  Report report() {
    return report(Analysis.SIMILARITY, rows, List.of(), Optional.empty());
  }

  Report withFisher() {
    return report(Analysis.SIMILARITY, rows, fishers(), Optional.empty());
  }

  Report withDivergence() {
    return report(Analysis.SIMILARITY, rows, List.of(), Optional.of(divergence()));
  }

  Report withAll() {
    return report(Analysis.SIMILARITY, rows, fishers(), Optional.of(divergence()));
  }

  Report divergenceAlone() {
    return report(Analysis.DIVERGENCE, List.of(), List.of(), Optional.of(divergence()));
  }

  private List<ModelFisher> fishers() {
    return List.of(new ModelFisher("base", fisher(), Optional.empty()));
  }

  private Report report(
      Analysis analysis,
      List<TensorRow> compared,
      List<ModelFisher> fisher,
      Optional<DivergenceReport> divergence) {
    TreeMap<String, String> paths = new TreeMap<>();
    models.forEach(model -> paths.put(model, "/models/" + model));
    return new Report(
        Report.SCHEMA,
        "job",
        new Report.Request(List.of(analysis), List.of()),
        models.stream()
            .map(name ->
                new Report.Model(
                    name, "f".repeat(64), compared.size(), 1000, 900, List.of(), List.of()))
            .toList(),
        new Report.PlanCounts(compared.size(), 1000L * models.size(), skipped.size()),
        compared,
        skipped,
        compared.isEmpty() ? List.of() : summaries(compared),
        rollUps(compared, TensorRow::layerName),
        rollUps(compared, TensorRow::componentType),
        fisher,
        divergence,
        new Report.Run(
            "1.0-test", "a-host", Instant.EPOCH, Instant.EPOCH.plusSeconds(3), 3, 100, paths));
  }

  private List<RollUp> rollUps(List<TensorRow> compared, Function<TensorRow, String> name) {
    Map<String, List<TensorRow>> groups = new LinkedHashMap<>();
    compared.forEach(
        row -> groups.computeIfAbsent(name.apply(row), _ -> new ArrayList<>()).add(row));
    List<RollUp> rollUps = new ArrayList<>();
    groups.forEach((key, of) -> rollUps.add(new RollUp(key, of.size(), summaries(of))));
    return rollUps;
  }

  private List<PairSummary> summaries(List<TensorRow> of) {
    List<PairSummary> summaries = new ArrayList<>();
    for (int i = 0; i < ModelName.pairs(models).size(); i++) {
      int index = i;
      summaries.add(
          new PairSummary(
              ModelName.pairs(models).get(i).name(),
              Summaries.of(
                  of.stream()
                      .mapToDouble(row -> row.similarity().pairs().get(index).cosine())
                      .toArray()),
              Summaries.of(
                  of.stream()
                      .mapToDouble(row -> row.similarity().pairs().get(index).distance())
                      .toArray())));
    }
    return summaries;
  }

  private FisherReport fisher() {
    List<FisherReport.Parameter> parameters = new ArrayList<>();
    Map<String, Double> layers = new LinkedHashMap<>();
    for (TensorRow row : rows) {
      double share = 1.0 / rows.size();
      layers.merge(row.layerName(), share, Double::sum);
      parameters.add(
          new FisherReport.Parameter(
              row.tensorKey(),
              row.layerName(),
              row.layerName() + "." + row.componentType(),
              row.componentType(),
              row.shape(),
              amount(share * number(0.5, 1.5)),
              0));
    }
    List<FisherReport.Layer> rolledUp = new ArrayList<>();
    layers.forEach(
        (name, share) -> rolledUp.add(new FisherReport.Layer(name, amount(share), List.of())));
    return new FisherReport(
        FisherReport.SCHEMA,
        new FisherReport.Model("/models/base", "d".repeat(64)),
        new FisherEstimator(Labels.EMPIRICAL, Weighting.SAMPLE, Precision.FP32, 42, 256, 2),
        calibration(),
        new FisherReport.Total(2048L * rows.size(), 3.5, 1000, List.of()),
        rolledUp,
        List.of(),
        parameters,
        List.of(),
        List.of(
            new FisherReport.Sample("s0", 500, 2.5, 1, 0.5),
            new FisherReport.Sample("s1", 500, 2.7, 1, 0.5)),
        List.of(),
        List.of(),
        new TreeMap<>(),
        List.of("a warning about Fisher information"));
  }

  private static Amount amount(double share) {
    return new Amount(2048, share, share, share / 10, share, share, share, 0, 0.1);
  }

  private static FisherCalibration calibration() {
    return new FisherCalibration("built-in", "c".repeat(64), 0, 0, List.of());
  }

  private DivergenceReport divergence() {
    return new DivergenceReport(
        DivergenceReport.SCHEMA,
        new FisherReport.Model("/models/base", "d".repeat(64)),
        FisherCheckpoint.whole(),
        new DivergenceEstimator(Objective.BOTH, 0, Weighting.SAMPLE, 256, 2),
        calibration(),
        models.stream().skip(1).map(this::fineTune).toList(),
        List.of());
  }

  private FineTune fineTune(String name) {
    List<Part> tensors = new ArrayList<>();
    Map<String, List<Part>> layers = new LinkedHashMap<>();
    Map<String, List<Part>> components = new LinkedHashMap<>();
    for (TensorRow row : rows) {
      Part part =
          part(
              row.tensorKey(),
              row.layerName(),
              row.componentType(),
              0.3 * number(-0.2, 2) / rows.size());
      tensors.add(part);
      layers.computeIfAbsent(row.layerName(), _ -> new ArrayList<>()).add(part);
      components.computeIfAbsent(row.componentType(), _ -> new ArrayList<>()).add(part);
    }
    double sum = tensors.stream().mapToDouble(part -> part.attribution().value()).sum();
    return new FineTune(
        name,
        new FisherReport.Model("/models/" + name, "e".repeat(64)),
        FisherCheckpoint.whole(),
        1000,
        5000,
        new Measured(
            new Estimate(sum * 1.01, 0.02),
            new Estimate(sum * 1.1, 0.02),
            new Estimate(3, 0.1),
            new Estimate(-0.05, 0.01),
            new Estimate(0.41, 0.02)),
        List.of(new Trial(2, new Estimate(sum * 0.01, 0.001), new Estimate(0.0001, 0.001))),
        part("all", "all", "all", sum),
        groups(layers),
        groups(components),
        List.of(),
        tensors,
        List.of(),
        List.of(
            new Sample("text 0", 100, 0.4, 0.5, 3, -0.1, 0.4, 0.4, 0.6),
            new Sample("text 1", 90, 0.2, 0.3, 3, 0.0, 0.3, 0.2, 0.4)),
        List.of("a warning about the divergence"));
  }

  private List<Part> groups(Map<String, List<Part>> groups) {
    List<Part> parts = new ArrayList<>();
    groups.forEach((name, of) ->
        parts.add(
            part(
                name,
                name,
                name,
                of.stream().mapToDouble(one -> one.attribution().value()).sum())));
    return parts;
  }

  private Part part(String name, String layer, String type, double attribution) {
    return new Part(
        name,
        layer,
        type,
        2048,
        Double.NaN,
        number(1e-3, 1e-2),
        new Estimate(attribution, Math.abs(attribution) / 8),
        attribution / 0.3,
        new Estimate(-attribution / 3, Math.abs(attribution) / 9),
        Double.NaN);
  }
}
