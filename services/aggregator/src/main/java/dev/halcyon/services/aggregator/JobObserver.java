package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.job.JobState;

/// Hears of the jobs that this instance counts.
interface JobObserver {
  /// A job whose records were taken over: it is where it was.
  void taken(JobState state);

  /// A job has come to this.
  void changed(JobState state);

  /// A job is no longer kept, or another instance counts it from now on.
  void gone(String jobId);

  /// Called every few seconds.
  void timePassed();
}
