package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.job.FetchTask;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.job.JobPlan;
import dev.halcyon.contracts.job.TensorReady;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/// Announcements, kept.
final class Recorded implements Announcements {
  final List<JobPlan> plans = new CopyOnWriteArrayList<>();
  final List<FetchTask.Download> fetches = new CopyOnWriteArrayList<>();
  final List<TensorReady> tensors = new CopyOnWriteArrayList<>();
  final List<JobEvent> events = new CopyOnWriteArrayList<>();

  @Override
  public CompletableFuture<Void> plan(JobPlan plan) {
    plans.add(plan);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Void> fetch(FetchTask.Download task) {
    fetches.add(task);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Void> tensor(TensorReady tensor) {
    tensors.add(tensor);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Void> event(JobEvent event) {
    events.add(event);
    return CompletableFuture.completedFuture(null);
  }
}
