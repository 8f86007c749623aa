package dev.halcyon.contracts.job;

import static java.util.Objects.requireNonNull;

/// Progress of a Fisher task.
///
/// @param model whose it is: `base`, `ft1`, …
/// @param task name of the task
/// @param layersDone layers passed, forward and backward
/// @param layers to pass
/// @param samples that it computes on
/// @param tokensDone share of the arithmetic that is done, in tokens
/// @param tokens of the samples
public record FisherProgress(
    String model,
    String task,
    long layersDone,
    long layers,
    long samples,
    long tokensDone,
    long tokens) {
  public FisherProgress {
    requireNonNull(model, "model is null");
    requireNonNull(task, "task is null");
  }
}
