package dev.halcyon.services.fisher;

import dev.halcyon.contracts.FisherEstimator;
import dev.halcyon.transformer.Aggregation;
import dev.halcyon.transformer.FisherOptions;
import dev.halcyon.transformer.Labels;
import dev.halcyon.transformer.Precision;
import dev.halcyon.transformer.Weighting;

/// A task's estimator in the engine's words.
final class EngineOptions {
  private EngineOptions() {}

  static FisherOptions of(FisherEstimator estimator, Aggregation aggregation, Machine machine) {
    return FisherOptions.standard()
        .withLabels(labels(estimator), estimator.seed())
        .withWeighting(weighting(estimator))
        .withPrecision(precision(estimator))
        .withAggregation(aggregation)
        .withDevice(machine.device())
        .withThreads(machine.threads())
        .withBudget(machine.budget());
  }

  private static Labels labels(FisherEstimator estimator) {
    return switch (estimator.labels()) {
      case EMPIRICAL -> Labels.EMPIRICAL;
      case SAMPLED -> Labels.SAMPLED;
    };
  }

  private static Weighting weighting(FisherEstimator estimator) {
    return switch (estimator.weighting()) {
      case SAMPLE -> Weighting.SAMPLE;
      case TOKEN -> Weighting.TOKEN;
    };
  }

  private static Precision precision(FisherEstimator estimator) {
    return switch (estimator.precision()) {
      case FP32 -> Precision.FP32;
      case BF16 -> Precision.BF16;
      case FP16 -> Precision.FP16;
    };
  }
}
