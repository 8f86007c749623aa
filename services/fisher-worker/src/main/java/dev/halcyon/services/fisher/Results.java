package dev.halcyon.services.fisher;

import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.results.FisherResult;
import java.util.concurrent.CompletableFuture;

/// Where the worker's results go; each future completes when the broker has the record.
interface Results {
  CompletableFuture<Void> result(FisherResult result);

  CompletableFuture<Void> event(JobEvent event);
}
