package dev.halcyon.transformer;

import static java.util.Objects.requireNonNull;

import dev.halcyon.contracts.request.FisherEstimator.Weighting;
import java.util.Set;

/// How a divergence is measured and attributed.
///
/// @param objectives to attribute; none measures only
/// @param nodes of the Gauss-Legendre quadrature, 1 to [#MOST_NODES]; 0 begins with 2 and adds more
///   until the residual is below [#TOLERANCE] of what was measured or its own standard error
/// @param weighting weight of a sample in that residual
/// @param precision of the passes at the nodes; the measurement itself is always float64
/// @param device `cpu`, `cuda` or `cuda:N`
/// @param threads of the operators on the host
/// @param activations whether they are kept or recomputed
/// @param budget for what grows with depth and samples
public record DivergenceOptions(
    Set<Objective> objectives,
    int nodes,
    Weighting weighting,
    NodePrecision precision,
    String device,
    int threads,
    ActivationMode activations,
    MemoryBudget budget) {
  /// Nodes beyond which none are added.
  public static final int MOST_NODES = 8;

  /// Residual that is small enough, as a part of what was measured.
  public static final double TOLERANCE = 0.01;

  public DivergenceOptions {
    objectives = Set.copyOf(objectives);
    requireNonNull(weighting, "weighting is null");
    requireNonNull(precision, "precision is null");
    requireNonNull(device, "device is null");
    requireNonNull(activations, "activations is null");
    requireNonNull(budget, "budget is null");
    if (nodes < 0 || nodes > MOST_NODES) {
      throw new IllegalArgumentException("nodes is " + nodes + ", 0 to " + MOST_NODES + " work");
    }
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + ", at least 1 is needed");
    }
  }

  /// KL, as many nodes as needed, all processors.
  public static DivergenceOptions standard() {
    FisherOptions standard = FisherOptions.standard();
    return new DivergenceOptions(
        Set.of(Objective.KL),
        0,
        Weighting.SAMPLE,
        NodePrecision.AUTO,
        standard.device(),
        standard.threads(),
        standard.activations(),
        standard.budget());
  }

  public DivergenceOptions withObjectives(Set<Objective> value) {
    return new DivergenceOptions(
        value, nodes, weighting, precision, device, threads, activations, budget);
  }

  public DivergenceOptions withNodes(int value) {
    return new DivergenceOptions(
        objectives, value, weighting, precision, device, threads, activations, budget);
  }

  public DivergenceOptions withWeighting(Weighting value) {
    return new DivergenceOptions(
        objectives, nodes, value, precision, device, threads, activations, budget);
  }

  public DivergenceOptions withPrecision(NodePrecision value) {
    return new DivergenceOptions(
        objectives, nodes, weighting, value, device, threads, activations, budget);
  }

  public DivergenceOptions withDevice(String value) {
    return new DivergenceOptions(
        objectives, nodes, weighting, precision, value, threads, activations, budget);
  }

  public DivergenceOptions withThreads(int value) {
    return new DivergenceOptions(
        objectives, nodes, weighting, precision, device, value, activations, budget);
  }

  public DivergenceOptions withActivations(ActivationMode value) {
    return new DivergenceOptions(
        objectives, nodes, weighting, precision, device, threads, value, budget);
  }

  public DivergenceOptions withBudget(MemoryBudget value) {
    return new DivergenceOptions(
        objectives, nodes, weighting, precision, device, threads, activations, value);
  }
}
