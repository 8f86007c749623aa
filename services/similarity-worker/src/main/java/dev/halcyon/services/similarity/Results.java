package dev.halcyon.services.similarity;

import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.results.TensorResult;
import java.util.concurrent.CompletableFuture;

/// Where the worker's results go; each future completes when the broker has the record.
interface Results {
  CompletableFuture<Void> result(TensorResult result);

  CompletableFuture<Void> event(JobEvent event);
}
