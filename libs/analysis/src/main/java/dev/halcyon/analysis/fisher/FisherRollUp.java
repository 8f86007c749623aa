package dev.halcyon.analysis.fisher;

import dev.halcyon.contracts.request.FisherEstimator;
import dev.halcyon.contracts.results.FisherCalibration;
import dev.halcyon.contracts.results.FisherCheckpoint;
import dev.halcyon.contracts.results.FisherReport;
import dev.halcyon.contracts.results.FisherReport.Chunk;
import dev.halcyon.contracts.results.FisherReport.Component;
import dev.halcyon.contracts.results.FisherReport.Layer;
import dev.halcyon.contracts.results.FisherReport.Parameter;
import dev.halcyon.contracts.results.FisherReport.Sample;
import dev.halcyon.contracts.results.FisherReport.Total;
import dev.halcyon.contracts.results.FisherSample;
import dev.halcyon.contracts.results.FisherTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Aggregates the statistics of each parameter into the report of a model.
public final class FisherRollUp {
  private final FisherPlan plan;
  private final List<FisherSample> samples;
  private final Map<String, FisherTensor> tensors = new LinkedHashMap<>();

  /// @param samples that count, in the order of the tensors' sums
  public FisherRollUp(FisherPlan plan, List<FisherSample> samples) {
    this.plan = plan;
    this.samples = List.copyOf(samples);
  }

  /// Takes in a parameter; they may come in any order.
  ///
  /// @throws IllegalArgumentException where it was not planned, has another shape than planned,
  ///   came before, or has not one sum for each sample and chunk
  public void add(FisherTensor tensor) {
    PlannedParameter planned = plan.parameter(tensor.parameter());
    requireEqual(tensor, "dimensions", planned.shape(), tensor.shape());
    requireEqual(tensor, "elements", planned.elements(), tensor.statistics().elements());
    requireEqual(tensor, "sample sums", samples.size(), tensor.sampleSums().size());
    requireEqual(tensor, "chunk sums", planned.runs().size(), tensor.chunkSums().size());
    if (tensors.putIfAbsent(tensor.parameter(), tensor) != null) {
      throw new IllegalArgumentException("[" + tensor.parameter() + "] came twice");
    }
  }

  /// The report, once every planned parameter has been added.
  ///
  /// @throws IllegalStateException where one is missing
  public FisherReport report(
      FisherReport.Model model,
      FisherCheckpoint checkpoint,
      FisherEstimator estimator,
      FisherCalibration calibration) {
    plan.parameters().forEach(this::requirePresent);
    FisherGroup whole = group(plan.parameters());
    List<Sample> shares = sampleShares(whole);
    return new FisherReport(
        FisherReport.SCHEMA,
        model,
        estimator,
        calibration,
        new Total(whole.elements(), whole.sum(), tokens(), whole.largest()),
        layers(whole),
        components(whole),
        plan.parameters().stream().map(parameter -> parameter(parameter, whole)).toList(),
        chunks(whole),
        shares,
        checkpoint.unused(),
        checkpoint.buffers(),
        checkpoint.allowedConfigFields(),
        FisherWarnings.of(checkpoint, shares, whole.sum(), estimator, calibration));
  }

  private List<Layer> layers(FisherGroup whole) {
    List<Layer> layers = new ArrayList<>();
    grouped(ParameterPlace::layer)
        .forEach((name, members) -> {
          FisherGroup group = group(members);
          layers.add(new Layer(name, group.amount(whole), group.largest()));
        });
    return layers;
  }

  private List<Component> components(FisherGroup whole) {
    List<Component> components = new ArrayList<>();
    grouped(ParameterPlace::component)
        .forEach((name, members) -> {
          FisherGroup group = group(members);
          String layer = members.getFirst().place().layer();
          components.add(new Component(name, layer, group.amount(whole), group.largest()));
        });
    return components;
  }

  private Parameter parameter(PlannedParameter parameter, FisherGroup whole) {
    ParameterPlace place = parameter.place();
    return new Parameter(
        parameter.name(),
        place.layer(),
        place.component(),
        place.componentType(),
        parameter.shape(),
        group(List.of(parameter)).amount(whole),
        tensor(parameter).statistics().topIndex());
  }

  private List<Chunk> chunks(FisherGroup whole) {
    List<Chunk> chunks = new ArrayList<>();
    if (plan.chunks() > 0) {
      grouped(ParameterPlace::component)
          .forEach((name, members) -> chunks.addAll(chunks(name, members, whole)));
    }
    return chunks;
  }

  private List<Chunk> chunks(String component, List<PlannedParameter> members, FisherGroup whole) {
    var cutter = new ChunkCutter(group(members).elements(), plan.chunks());
    double[] sums = chunkSums(members);
    List<Chunk> chunks = new ArrayList<>();
    for (int i = 0; i < sums.length; i++) {
      chunks.add(
          new Chunk(
              component,
              members.getFirst().place().layer(),
              i,
              cutter.start(i),
              cutter.start(i + 1),
              sums[i],
              share(sums[i], whole.sum())));
    }
    return chunks;
  }

  /// A chunk may begin in one tensor of its component and end in the next.
  private double[] chunkSums(List<PlannedParameter> members) {
    double[] sums = new double[plan.chunks()];
    for (PlannedParameter member : members) {
      List<Double> parts = tensor(member).chunkSums();
      for (int i = 0; i < parts.size(); i++) {
        sums[member.runs().get(i).chunk()] += parts.get(i);
      }
    }
    return sums;
  }

  private List<Sample> sampleShares(FisherGroup whole) {
    double[] sums = whole.sampleSums();
    double total = ShareEstimate.sum(sums);
    List<Sample> shares = new ArrayList<>();
    for (int i = 0; i < sums.length; i++) {
      FisherSample sample = samples.get(i);
      shares.add(
          new Sample(
              sample.sample(), sample.tokens(), sample.loss(), sums[i], share(sums[i], total)));
    }
    return shares;
  }

  private Map<String, List<PlannedParameter>> grouped(Function<ParameterPlace, String> by) {
    Map<String, List<PlannedParameter>> groups = new LinkedHashMap<>();
    for (PlannedParameter parameter : plan.parameters()) {
      groups.computeIfAbsent(by.apply(parameter.place()), _ -> new ArrayList<>()).add(parameter);
    }
    return groups;
  }

  private FisherGroup group(List<PlannedParameter> members) {
    return new FisherGroup(members.stream().map(this::tensor).toList(), samples.size());
  }

  private FisherTensor tensor(PlannedParameter parameter) {
    return tensors.get(parameter.name());
  }

  private long tokens() {
    return samples.stream().mapToLong(FisherSample::tokens).sum();
  }

  private static double share(double part, double whole) {
    return whole > 0 ? part / whole : Double.NaN;
  }

  private void requirePresent(PlannedParameter parameter) {
    if (!tensors.containsKey(parameter.name())) {
      throw new IllegalStateException("[" + parameter.name() + "] has no Fisher information yet");
    }
  }

  private static void requireEqual(FisherTensor tensor, String what, Object planned, Object found) {
    if (!planned.equals(found)) {
      throw new IllegalArgumentException(
          "[%s] %s: %s planned, %s found".formatted(tensor.parameter(), what, planned, found));
    }
  }
}
