package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.job.Failure;
import dev.halcyon.contracts.job.FetchTask.Slice;
import dev.halcyon.contracts.job.JobPlan;
import dev.halcyon.contracts.job.JobState.Status;
import java.time.Instant;
import java.util.Optional;

/// What the aggregator knows of a job as a whole: a record that each message turns into the next.
/// Its tensors, models, tasks and renderings have records of their own.
///
/// @param jobId of the job
/// @param plan the newest announcement; absent while results came before it
/// @param turn where it stands
/// @param counts what is done
/// @param released tensors that were announced or asked for, the first ones of the plan; absent
///   while these are the ones that the fetcher saw to
/// @param reportDigest SHA-256 of the report, once it is in the store
record Job(
    String jobId,
    Optional<JobPlan> plan,
    Turn turn,
    Counts counts,
    Optional<Long> released,
    Optional<String> reportDigest) {
  Job {
    released = released == null ? Optional.empty() : released;
    plan = plan == null ? Optional.empty() : plan;
    reportDigest = reportDigest == null ? Optional.empty() : reportDigest;
  }

  /// Where a job stands.
  ///
  /// @param status of the job
  /// @param attempt that runs or ran
  /// @param started when the attempt's plan was first announced
  /// @param updated when the last message came
  /// @param failure why it failed
  record Turn(
      Status status, int attempt, Instant started, Instant updated, Optional<Failure> failure) {
    Turn {
      failure = failure == null ? Optional.empty() : failure;
    }

    private Turn announced(int announced, boolean first, Instant now) {
      boolean again = announced > attempt;
      return new Turn(
          again ? Status.RUNNING : status,
          Math.max(attempt, announced),
          first || again ? now : started,
          now,
          again ? Optional.empty() : failure);
    }

    private Turn updated(Instant now) {
      return new Turn(status, attempt, started, now, failure);
    }

    private Turn to(Status next, Instant now) {
      return new Turn(next, attempt, started, now, Optional.empty());
    }

    private Turn failed(int failedAttempt, Failure why, Instant now) {
      Status ended = why.cause() == Failure.Cause.CANCELLED ? Status.CANCELLED : Status.FAILED;
      return new Turn(ended, Math.max(attempt, failedAttempt), started, now, Optional.of(why));
    }
  }

  /// What is done of a job.
  ///
  /// @param tensors that have a result
  /// @param bytes read for those
  /// @param models whose Fisher information is complete, and kinds of work on all models that are
  record Counts(long tensors, long bytes, int models) {
    private static final Counts NONE = new Counts(0, 0, 0);
  }

  static Job unplanned(String jobId, Instant now) {
    Turn turn = new Turn(Status.RUNNING, 1, now, now, Optional.empty());
    return new Job(jobId, Optional.empty(), turn, Counts.NONE, Optional.empty(), Optional.empty());
  }

  Job announced(JobPlan announcement, Instant now) {
    Turn next = turn.announced(announcement.attempt(), plan.isEmpty(), now);
    return new Job(jobId, Optional.of(announcement), next, counts, released, reportDigest);
  }

  /// The next tensors that are to be dispatched, once half of those at work are done; empty where
  /// the plan has no more.
  Optional<Slice> next() {
    return plan.filter(announced -> isHalfDone(announced))
        .map(announced ->
            new Slice(
                jobId,
                turn.attempt,
                announced.plan(),
                (int) released(announced),
                (int) Math.min(announced.tensors(), counts.tensors + announced.window())));
  }

  private boolean isHalfDone(JobPlan announced) {
    long dispatched = released(announced);
    return status() == Status.RUNNING
        && dispatched < announced.tensors()
        && 2 * (dispatched - counts.tensors) <= announced.window();
  }

  private long released(JobPlan announced) {
    return Math.max(released.orElse(0L), announced.window());
  }

  Job released(Slice slice) {
    return new Job(jobId, plan, turn, counts, Optional.of((long) slice.to()), reportDigest);
  }

  Job compared(long bytes, Instant now) {
    return with(new Counts(counts.tensors + 1, counts.bytes + bytes, counts.models), now);
  }

  Job computed(Instant now) {
    return with(new Counts(counts.tensors, counts.bytes, counts.models + 1), now);
  }

  Job updated(Instant now) {
    return with(counts, now);
  }

  private Job with(Counts next, Instant now) {
    return new Job(jobId, plan, turn.updated(now), next, released, reportDigest);
  }

  private Job with(Turn next) {
    return new Job(jobId, plan, next, counts, released, reportDigest);
  }

  Job reported(String digest, Instant now) {
    Counts all = new Counts(total(), totalBytes(), models());
    return new Job(jobId, plan, turn.to(Status.REPORTED, now), all, released, Optional.of(digest));
  }

  Job rendered(Instant now) {
    return with(turn.to(Status.DONE, now));
  }

  Job failed(int attempt, Failure why, Instant now) {
    return with(turn.failed(attempt, why, now));
  }

  Status status() {
    return turn.status;
  }

  int attempt() {
    return turn.attempt;
  }

  boolean isReported() {
    return reportDigest.isPresent();
  }

  /// Whether every tensor of the plan has its result, and all work of Fisher workers is done.
  boolean isComplete() {
    return plan.isPresent() && counts.tensors >= total() && counts.models >= models();
  }

  long total() {
    return plan.map(JobPlan::tensors).orElse(0L);
  }

  long totalBytes() {
    return plan.map(JobPlan::bytes).orElse(0L);
  }

  private int models() {
    return plan.map(
            announced -> announced.fisher().size() + DivergenceTracker.works(announced).size())
        .orElse(0);
  }
}
