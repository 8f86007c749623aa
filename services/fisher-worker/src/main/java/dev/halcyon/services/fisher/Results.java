package dev.halcyon.services.fisher;

import dev.halcyon.contracts.FisherResult;
import dev.halcyon.contracts.JobEvent;
import java.util.concurrent.CompletableFuture;

/// Where the worker's results go; each future completes when the broker has the record.
interface Results {
  CompletableFuture<Void> result(FisherResult result);

  CompletableFuture<Void> event(JobEvent event);
}
