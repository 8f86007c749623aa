package dev.halcyon.standalone;

import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.job.JobState;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// Follows a request through the events and states of all jobs, whichever thread brings them.
final class JobFollower {
  private final String requestId;
  private final Consumer<JobState> progress;
  private final CompletableFuture<JobOutcome> outcome = new CompletableFuture<>();
  private String jobId;
  private int attempt;
  private String renderingId;

  /// @param progress receives each new state of the job until its outcome is known
  JobFollower(String requestId, Consumer<JobState> progress) {
    this.requestId = requestId;
    this.progress = progress;
  }

  synchronized void take(JobState state) {
    if (state.jobId().equals(jobId) && !outcome.isDone()) {
      progress.accept(state);
      state
          .failure()
          .filter(_ -> state.attempt() >= attempt)
          .ifPresent(failure -> outcome.complete(new JobOutcome.Failed(failure)));
    }
  }

  synchronized void take(JobEvent event) {
    switch (event) {
      case JobEvent.Accepted accepted -> {
        if (accepted.requestId().equals(requestId)) {
          jobId = accepted.jobId();
          attempt = accepted.attempt();
          renderingId = accepted.renderingId();
        }
      }
      case JobEvent.Arrived _, JobEvent.Progressed _ -> {}
      case JobEvent.Rendered rendered -> {
        if (rendered.jobId().equals(jobId) && rendered.renderingId().equals(renderingId)) {
          outcome.complete(new JobOutcome.Ready(jobId, renderingId));
        }
      }
      case JobEvent.Failed failed -> {
        if (concernsUs(failed)) {
          outcome.complete(new JobOutcome.Failed(failed.failure()));
        }
      }
    }
  }

  private boolean concernsUs(JobEvent.Failed failed) {
    return failed.requestId().filter(requestId::equals).isPresent()
        || (failed.jobId().equals(jobId)
            && failed.attempt() >= attempt
            && failed.renderingId().filter(id -> !id.equals(renderingId)).isEmpty());
  }

  /// A fault that ends the following.
  void take(Throwable fault) {
    outcome.completeExceptionally(fault);
  }

  /// The result of the request; completed exceptionally by a fault.
  CompletableFuture<JobOutcome> outcome() {
    return outcome;
  }
}
