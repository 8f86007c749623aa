package dev.halcyon.contracts.results;

import static java.util.Objects.requireNonNull;

/// What an analysis found for a tensor, on `tensor-results`, keyed by the job.
///
/// @param jobId of the job
/// @param tensor its key
/// @param bytes that were read for it, over all models
/// @param similarity what was found
public record TensorResult(String jobId, String tensor, long bytes, SimilarityResult similarity) {
  public TensorResult {
    requireNonNull(jobId, "jobId is null");
    requireNonNull(tensor, "tensor is null");
    requireNonNull(similarity, "similarity is null");
  }
}
