package dev.halcyon.analysis.divergence;

import dev.halcyon.analysis.fisher.ParameterPlace;
import dev.halcyon.analysis.names.TensorName;
import dev.halcyon.contracts.request.DivergenceEstimator;
import dev.halcyon.contracts.results.DivergenceOutcome;
import dev.halcyon.contracts.results.DivergenceReport.Alone;
import dev.halcyon.contracts.results.DivergenceReport.Estimate;
import dev.halcyon.contracts.results.DivergenceReport.FineTune;
import dev.halcyon.contracts.results.DivergenceReport.Measured;
import dev.halcyon.contracts.results.DivergenceReport.Part;
import dev.halcyon.contracts.results.DivergenceReport.Sample;
import dev.halcyon.contracts.results.DivergenceReport.Trial;
import dev.halcyon.contracts.results.FisherReport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Aggregates the divergence of a fine-tune by tensor, component, layer and model, with standard
/// errors over samples.
public final class DivergenceRollUp {
  private final DivergenceOutcome outcome;
  private final DivergenceEstimator estimator;
  private final SampleMeans means;
  private final Map<String, Double> fisherShares;
  private final List<PlacedTensor> tensors;
  private final double total;

  /// @param outcome over all samples
  /// @param fisherShares of the base's tensors, by name; empty where none were computed
  public DivergenceRollUp(
      DivergenceOutcome outcome, DivergenceEstimator estimator, Map<String, Double> fisherShares) {
    this.outcome = outcome;
    this.estimator = estimator;
    this.means = new SampleMeans(outcome.samples(), estimator.weighting());
    this.fisherShares = Map.copyOf(fisherShares);
    this.tensors =
        outcome.tensors().stream()
            .map(PlacedTensor::of)
            .sorted(Comparator.comparing(PlacedTensor::name))
            .toList();
    this.total = means.of(new PartSums(tensors).kl()).value();
  }

  /// The names of the layers with the largest attributions by size, the largest first.
  public List<String> largestLayers(int count) {
    return layers().stream()
        .filter(layer -> Math.abs(layer.attribution().value()) > 0)
        .sorted(Comparator.comparingDouble(part -> -Math.abs(part.attribution().value())))
        .limit(count)
        .map(Part::name)
        .toList();
  }

  /// The layer that a tensor of that name belongs to.
  public static String layerOf(String parameter) {
    return ParameterPlace.of(TensorName.parse(parameter)).layer();
  }

  /// The report of the fine-tune.
  ///
  /// @param model the fine-tune
  public FineTune report(FisherReport.Model model) {
    Measured measured = measured();
    Part whole = part("model", "", "", tensors);
    List<Trial> trials = outcome.trials().stream().map(this::trial).toList();
    List<Sample> samples = samples(measured);
    return new FineTune(
        outcome.model(),
        model,
        outcome.checkpoint(),
        outcome.vocabulary().compared(),
        outcome.samples().stream().mapToLong(DivergenceOutcome.Sample::tokens).sum(),
        measured,
        trials,
        whole,
        layers(),
        componentTypes(),
        grouped(PlacedTensor::component).entrySet().stream()
            .map(group -> component(group.getKey(), group.getValue()))
            .toList(),
        tensors.stream().map(this::tensor).toList(),
        outcome.alone().stream().map(this::alone).toList(),
        samples,
        DivergenceWarnings.of(measured, trials, samples, outcome, estimator));
  }

  private List<Part> layers() {
    return grouped(PlacedTensor::layer).entrySet().stream()
        .map(group -> part(group.getKey(), group.getKey(), group.getKey(), group.getValue()))
        .toList();
  }

  /// Over all layers, in the order in which a layer has them.
  private List<Part> componentTypes() {
    Map<String, List<PlacedTensor>> groups = new LinkedHashMap<>();
    tensors.stream()
        .sorted(Comparator.comparing(PlacedTensor::name, TensorName.BY_COMPONENT))
        .forEach(tensor ->
            groups.computeIfAbsent(tensor.componentType(), _ -> new ArrayList<>()).add(tensor));
    return groups.entrySet().stream()
        .map(group -> part(group.getKey(), "", group.getKey(), group.getValue()))
        .toList();
  }

  private Part component(String name, List<PlacedTensor> members) {
    PlacedTensor first = members.getFirst();
    return part(name, first.layer(), first.componentType(), members);
  }

  private Part tensor(PlacedTensor tensor) {
    return part(
        tensor.tensor().parameter(),
        tensor.place().layer(),
        tensor.place().componentType(),
        List.of(tensor));
  }

  private Part part(String name, String layer, String componentType, List<PlacedTensor> members) {
    PartSums sums = new PartSums(members);
    Estimate attribution = means.of(sums.kl());
    return new Part(
        name,
        layer,
        componentType,
        sums.elements(),
        members.stream().mapToDouble(this::fisherShare).sum(),
        sums.relativeChange(),
        attribution,
        total == 0 ? Double.NaN : attribution.value() / total,
        means.of(sums.loss()),
        sums.diagonalProxy());
  }

  private double fisherShare(PlacedTensor tensor) {
    return fisherShares.getOrDefault(tensor.tensor().parameter(), Double.NaN);
  }

  private Measured measured() {
    return new Measured(
        means.of(DivergenceOutcome.Sample::kl),
        means.of(DivergenceOutcome.Sample::reverseKl),
        means.of(DivergenceOutcome.Sample::baseLoss),
        means.of(DivergenceOutcome.Sample::lossDifference),
        means.of(DivergenceRollUp::changedTop));
  }

  private static double changedTop(DivergenceOutcome.Sample sample) {
    return (double) sample.changedTop() / sample.tokens();
  }

  private Trial trial(DivergenceOutcome.Trial trial) {
    return new Trial(
        trial.nodes(),
        residual(trial.kl(), DivergenceOutcome.Sample::kl),
        residual(trial.loss(), DivergenceOutcome.Sample::lossDifference));
  }

  private Estimate residual(
      List<Double> sums, Function<DivergenceOutcome.Sample, Double> measured) {
    double[] residuals = new double[sums.size()];
    for (int i = 0; i < residuals.length; i++) {
      residuals[i] = measured.apply(outcome.samples().get(i)) - sums.get(i);
    }
    return means.of(residuals);
  }

  private Alone alone(DivergenceOutcome.Alone layer) {
    List<PlacedTensor> members = grouped(PlacedTensor::layer).get(layer.layer());
    return new Alone(
        layer.layer(),
        means.of(new PartSums(members).kl()),
        means.of(doubles(layer.only())),
        means.of(doubles(layer.allBut())));
  }

  private List<Sample> samples(Measured measured) {
    double[] attributed = new PartSums(tensors).kl();
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < outcome.samples().size(); i++) {
      DivergenceOutcome.Sample sample = outcome.samples().get(i);
      samples.add(
          new Sample(
              sample.sample(),
              sample.tokens(),
              sample.kl(),
              sample.reverseKl(),
              sample.baseLoss(),
              sample.lossDifference(),
              changedTop(sample),
              attributed.length == 0 ? Double.NaN : attributed[i],
              measured.kl().value() > 0
                  ? means.part(i, sample.kl()) / measured.kl().value()
                  : Double.NaN));
    }
    return samples;
  }

  private Map<String, List<PlacedTensor>> grouped(Function<PlacedTensor, String> by) {
    Map<String, List<PlacedTensor>> groups = new LinkedHashMap<>();
    for (PlacedTensor tensor : tensors) {
      groups.computeIfAbsent(by.apply(tensor), _ -> new ArrayList<>()).add(tensor);
    }
    return groups;
  }

  private static double[] doubles(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
