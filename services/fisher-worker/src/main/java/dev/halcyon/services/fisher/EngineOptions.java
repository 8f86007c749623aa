package dev.halcyon.services.fisher;

import dev.halcyon.contracts.request.DivergenceEstimator;
import dev.halcyon.contracts.request.FisherEstimator;
import dev.halcyon.contracts.request.FisherEstimator.Labels;
import dev.halcyon.contracts.request.FisherEstimator.Weighting;
import dev.halcyon.transformer.Aggregation;
import dev.halcyon.transformer.DivergenceOptions;
import dev.halcyon.transformer.FisherOptions;
import dev.halcyon.transformer.Objective;
import java.util.EnumSet;
import java.util.Set;

/// A task's estimator in the engines' words.
final class EngineOptions {
  private static final long PROXY_SEED = 42;

  private EngineOptions() {}

  static FisherOptions of(FisherEstimator estimator, Aggregation aggregation, Machine machine) {
    return FisherOptions.standard()
        .withLabels(estimator.labels(), estimator.seed())
        .withWeighting(estimator.weighting())
        .withPrecision(estimator.precision())
        .withAggregation(aggregation)
        .withDevice(machine.device())
        .withThreads(machine.threads())
        .withBudget(machine.budget());
  }

  static DivergenceOptions of(DivergenceEstimator estimator, Machine machine) {
    return DivergenceOptions.standard()
        .withObjectives(objectives(estimator.objective()))
        .withNodes(estimator.nodes())
        .withWeighting(estimator.weighting())
        .withDevice(machine.device())
        .withThreads(machine.threads())
        .withBudget(machine.budget());
  }

  /// Of the base, for the diagonal proxy of a divergence per token: labels are drawn from the
  /// model, and each token counts alike.
  static FisherOptions ofProxies(Machine machine) {
    return FisherOptions.standard()
        .withLabels(Labels.SAMPLED, PROXY_SEED)
        .withWeighting(Weighting.TOKEN)
        .withAggregation(Aggregation.MEAN)
        .withDevice(machine.device())
        .withThreads(machine.threads())
        .withBudget(machine.budget());
  }

  private static Set<Objective> objectives(DivergenceEstimator.Objective wanted) {
    Set<Objective> objectives = EnumSet.noneOf(Objective.class);
    if (wanted.hasKl()) {
      objectives.add(Objective.KL);
    }
    if (wanted.hasLoss()) {
      objectives.add(Objective.LOSS);
    }
    return objectives;
  }
}
