package dev.halcyon.standalone;

import dev.halcyon.contracts.job.Failure;

/// What became of a request.
sealed interface JobOutcome {
  /// Results are in the store.
  record Ready(String jobId, String renderingId) implements JobOutcome {}

  /// There are none.
  record Failed(Failure failure) implements JobOutcome {}
}
