package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.FetchTask;
import dev.halcyon.contracts.JobEvent;
import dev.halcyon.contracts.JobPlan;
import dev.halcyon.contracts.TensorReady;
import java.util.concurrent.CompletableFuture;

/// What the fetcher tells the others; each future completes when the broker has the record.
interface Announcements {
  CompletableFuture<Void> plan(JobPlan plan);

  CompletableFuture<Void> fetch(FetchTask task);

  CompletableFuture<Void> tensor(TensorReady tensor);

  CompletableFuture<Void> event(JobEvent event);
}
