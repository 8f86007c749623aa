package dev.halcyon.contracts;

import dev.halcyon.contracts.TensorCopy.InStore;

/// Asks on `fetch-tasks` for one model's copy of a tensor to be brought into the store. Keyed by
/// the object's key, so that tasks of several jobs for the same bytes come one after the other.
///
/// @param jobId of the job that needs it
/// @param attempt of the job
/// @param model whose copy it is: `base`, `ft1`, …
/// @param tensor with all models' copies, announced on `tensors` when all of them are there
public record FetchTask(String jobId, int attempt, String model, Plan.PlannedTensor tensor) {

  /// Where the copy goes.
  ///
  /// @throws InvalidMessageException where the model has no copy that goes to the store
  public InStore target() {
    return tensor.copies().stream()
        .filter(copy -> copy.model().equals(model))
        .map(TensorCopy::location)
        .filter(InStore.class::isInstance)
        .map(InStore.class::cast)
        .findFirst()
        .orElseThrow(() ->
            new InvalidMessageException(
                "fetch task of job %s: tensor %s has no copy of %s that goes to the store"
                    .formatted(jobId, tensor.tensor(), model)));
  }
}
