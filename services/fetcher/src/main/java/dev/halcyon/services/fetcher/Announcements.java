package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.job.FetchTask;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.job.JobPlan;
import dev.halcyon.contracts.job.TensorReady;
import java.util.concurrent.CompletableFuture;

/// Where the fetcher sends its messages; each future completes when the message is delivered, on
/// Kafka when the broker has the record.
public interface Announcements {
  CompletableFuture<Void> plan(JobPlan plan);

  CompletableFuture<Void> fetch(FetchTask.Download task);

  CompletableFuture<Void> tensor(TensorReady tensor);

  CompletableFuture<Void> event(JobEvent event);
}
