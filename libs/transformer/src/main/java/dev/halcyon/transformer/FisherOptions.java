package dev.halcyon.transformer;

import static java.util.Objects.requireNonNull;

import dev.halcyon.contracts.request.FisherEstimator.Labels;
import dev.halcyon.contracts.request.FisherEstimator.Precision;
import dev.halcyon.contracts.request.FisherEstimator.Weighting;

/// How Fisher information is computed.
///
/// @param labels source of the next tokens in the loss: the text or the model
/// @param seed of labels drawn from the model
/// @param weighting weight of a sample
/// @param aggregation mean, or the sum of a range
/// @param precision of weights and activations
/// @param device `cpu`, `cuda` or `cuda:N`
/// @param threads of the operators on the host
/// @param activations whether they are kept or recomputed
/// @param budget for what grows with depth and samples
public record FisherOptions(
    Labels labels,
    long seed,
    Weighting weighting,
    Aggregation aggregation,
    Precision precision,
    String device,
    int threads,
    ActivationMode activations,
    MemoryBudget budget) {
  public FisherOptions {
    requireNonNull(labels, "labels is null");
    requireNonNull(weighting, "weighting is null");
    requireNonNull(aggregation, "aggregation is null");
    requireNonNull(precision, "precision is null");
    requireNonNull(device, "device is null");
    requireNonNull(activations, "activations is null");
    requireNonNull(budget, "budget is null");
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + ", at least 1 is needed");
    }
  }

  /// The text's own labels, the mean over samples, float32, all processors.
  public static FisherOptions standard() {
    return new FisherOptions(
        Labels.EMPIRICAL,
        42,
        Weighting.SAMPLE,
        Aggregation.MEAN,
        Precision.FP32,
        "cpu",
        Runtime.getRuntime().availableProcessors(),
        ActivationMode.AUTO,
        MemoryBudget.standard());
  }

  public FisherOptions withLabels(Labels value, long newSeed) {
    return new FisherOptions(
        value, newSeed, weighting, aggregation, precision, device, threads, activations, budget);
  }

  public FisherOptions withWeighting(Weighting value) {
    return new FisherOptions(
        labels, seed, value, aggregation, precision, device, threads, activations, budget);
  }

  public FisherOptions withAggregation(Aggregation value) {
    return new FisherOptions(
        labels, seed, weighting, value, precision, device, threads, activations, budget);
  }

  public FisherOptions withPrecision(Precision value) {
    return new FisherOptions(
        labels, seed, weighting, aggregation, value, device, threads, activations, budget);
  }

  public FisherOptions withDevice(String value) {
    return new FisherOptions(
        labels, seed, weighting, aggregation, precision, value, threads, activations, budget);
  }

  public FisherOptions withThreads(int value) {
    return new FisherOptions(
        labels, seed, weighting, aggregation, precision, device, value, activations, budget);
  }

  public FisherOptions withActivations(ActivationMode value) {
    return new FisherOptions(
        labels, seed, weighting, aggregation, precision, device, threads, value, budget);
  }

  public FisherOptions withBudget(MemoryBudget value) {
    return new FisherOptions(
        labels, seed, weighting, aggregation, precision, device, threads, activations, value);
  }
}
