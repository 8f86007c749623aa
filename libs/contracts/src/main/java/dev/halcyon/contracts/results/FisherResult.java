package dev.halcyon.contracts.results;

import static java.util.Objects.requireNonNull;

import dev.halcyon.contracts.store.StoredObject;

/// Says on `fisher-results`, keyed by the job, that a task's outcome is in the store.
///
/// @param jobId of the job
/// @param attempt of the job
/// @param model whose it is: `base`, `ft1`, …
/// @param task name of the task
/// @param complete whether it is the whole model's, and not one range's of several
/// @param outcome object that holds the [FisherOutcome]
public record FisherResult(
    String jobId, int attempt, String model, String task, boolean complete, StoredObject outcome) {
  public FisherResult {
    requireNonNull(jobId, "jobId is null");
    requireNonNull(model, "model is null");
    requireNonNull(task, "task is null");
    requireNonNull(outcome, "outcome is null");
  }
}
