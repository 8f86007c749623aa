package dev.halcyon.standalone;

import dev.halcyon.contracts.JobEvent;
import dev.halcyon.contracts.JobState;
import java.util.Optional;
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

  /// @param progress is told each new state of the job until its outcome is known
  JobFollower(String requestId, Consumer<JobState> progress) {
    this.requestId = requestId;
    this.progress = progress;
  }

  synchronized void take(JobState state) {
    if (state.jobId().equals(jobId) && !outcome.isDone()) {
      progress.accept(state);
      state
          .failure()
          .filter(_ -> state.status() == JobState.Status.FAILED && state.attempt() >= attempt)
          .ifPresent(failure -> outcome.complete(new JobOutcome.Failed(failure)));
    }
  }

  synchronized void take(JobEvent event) {
    boolean ours = event.requestId().filter(requestId::equals).isPresent();
    switch (event.type()) {
      case ACCEPTED -> {
        if (ours) {
          jobId = event.jobId();
          attempt = event.attempt();
          renderingId = event.renderingId().orElseThrow();
        }
      }
      case ARRIVED, PROGRESS -> {}
      case RENDERED -> {
        if (event.jobId().equals(jobId)
            && event.renderingId().filter(renderingId::equals).isPresent()) {
          outcome.complete(new JobOutcome.Ready(jobId, renderingId));
        }
      }
      case FAILED -> {
        if (ours || (event.jobId().equals(jobId) && event.attempt() >= attempt)) {
          outcome.complete(new JobOutcome.Failed(event.failure().orElseThrow()));
        }
      }
    }
  }

  /// A fault that ends the following.
  void take(Throwable fault) {
    outcome.completeExceptionally(fault);
  }

  Optional<JobOutcome> outcome() {
    return Optional.ofNullable(outcome.getNow(null));
  }

  /// What became of the request, once that is known.
  ///
  /// @throws java.util.concurrent.CompletionException of the fault, where there was one
  JobOutcome await() {
    return outcome.join();
  }
}
