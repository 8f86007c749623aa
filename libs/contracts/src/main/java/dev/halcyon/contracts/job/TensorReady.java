package dev.halcyon.contracts.job;

import static java.util.Objects.requireNonNull;

/// Says on `tensors` that every model of a pairing has a tensor where workers can read it.
///
/// @param jobId of the job that compares it
/// @param attempt of the job
/// @param tensor what to compare
public record TensorReady(String jobId, int attempt, Plan.PlannedTensor tensor) {
  public TensorReady {
    requireNonNull(jobId, "jobId is null");
    requireNonNull(tensor, "tensor is null");
  }
}
