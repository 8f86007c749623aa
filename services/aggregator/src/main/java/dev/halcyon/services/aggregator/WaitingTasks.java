package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.job.FisherTask;
import java.util.List;
import java.util.Optional;

/// The tasks of Fisher workers that wait for others of their job to end, so that a job with
/// thousands of tasks has no more in front of other jobs' than its share.
final class WaitingTasks {
  private final Ledger ledger;
  private final int atOnce;

  WaitingTasks(Ledger ledger, int atOnce) {
    this.ledger = ledger;
    this.atOnce = atOnce;
  }

  /// The tasks that start now; the others wait.
  List<FisherTask> start(String jobId, List<FisherTask> tasks) {
    int now = Math.min(atOnce, tasks.size());
    tasks.subList(now, tasks.size()).forEach(task -> ledger.putWaiting(jobId, task));
    return tasks.subList(0, now);
  }

  /// The task that may start because another has ended.
  Optional<FisherTask> next(String jobId) {
    Optional<FisherTask> next = ledger.firstWaiting(jobId);
    next.ifPresent(task -> ledger.forgetWaiting(jobId, task));
    return next;
  }
}
