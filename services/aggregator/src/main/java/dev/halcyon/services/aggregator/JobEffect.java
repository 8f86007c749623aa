package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.job.FetchTask;
import dev.halcyon.contracts.job.FisherTask;
import dev.halcyon.contracts.job.JobState;
import dev.halcyon.contracts.results.ReportReady;

/// What a message makes the aggregator do beside its records. Each may be done again.
public sealed interface JobEffect {
  /// Has a Fisher worker compute a task.
  record StartFisherTask(FisherTask task) implements JobEffect {}

  /// Has a fetcher announce the next tensors of a job.
  record DispatchTensors(FetchTask.Slice slice) implements JobEffect {}

  /// Has a report, which is in the store, drawn.
  record AnnounceReport(ReportReady report) implements JobEffect {}

  /// Retracts the published state of a job that is no longer kept.
  record RemoveState(String jobId) implements JobEffect {}

  /// Tells where a job stands.
  ///
  /// @param turned whether more than a count has changed, so that it is published at once
  record PublishState(JobState state, boolean turned) implements JobEffect {}
}
