package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.Failure;
import dev.halcyon.contracts.JobPlan;
import dev.halcyon.contracts.JobState;
import dev.halcyon.contracts.JobState.Measure;
import dev.halcyon.contracts.JobState.StageProgress;
import dev.halcyon.contracts.JobState.Status;
import dev.halcyon.contracts.Rendering;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the aggregator knows of a job: an account that each message turns into the next.
///
/// @param jobId of the job
/// @param plan the newest announcement; absent while results came before it
/// @param status of the job
/// @param attempt that runs or ran
/// @param done distinct tensors that have a result
/// @param bytes read for those
/// @param fisher what Fisher tasks have come to
/// @param renderings asked for so far
/// @param rendered ids of renderings that are ready
/// @param reportDigest SHA-256 of the report, once it is in the store
/// @param started when the plan was first announced
/// @param updated when the last message came
/// @param failure why it failed
record Job(
    String jobId,
    Optional<JobPlan> plan,
    Status status,
    int attempt,
    long done,
    long bytes,
    FisherAccount fisher,
    List<Rendering> renderings,
    List<String> rendered,
    Optional<String> reportDigest,
    Instant started,
    Instant updated,
    Optional<Failure> failure) {
  private static final String SIMILARITY = "similarity";

  Job {
    fisher = fisher == null ? FisherAccount.EMPTY : fisher;
    renderings = List.copyOf(renderings);
    rendered = List.copyOf(rendered);
  }

  static Job unplanned(String jobId, Instant now) {
    return new Job(
        jobId,
        Optional.empty(),
        Status.RUNNING,
        1,
        0,
        0,
        FisherAccount.EMPTY,
        List.of(),
        List.of(),
        Optional.empty(),
        now,
        now,
        Optional.empty());
  }

  Job announced(JobPlan announcement, Instant now) {
    List<Rendering> asked = new ArrayList<>(renderings);
    if (!asked.contains(announcement.rendering())) {
      asked.add(announcement.rendering());
    }
    boolean again = announcement.attempt() > attempt;
    Status next = again ? Status.RUNNING : status;
    Optional<Failure> left = again ? Optional.empty() : failure;
    Instant begun = plan.isEmpty() || again ? now : started;
    return new Job(
        jobId,
        Optional.of(announcement),
        next,
        Math.max(attempt, announcement.attempt()),
        done,
        bytes,
        fisher,
        asked,
        rendered,
        reportDigest,
        begun,
        now,
        left);
  }

  Job counted(long read, Instant now) {
    return new Job(
        jobId,
        plan,
        status,
        attempt,
        done + 1,
        bytes + read,
        fisher,
        renderings,
        rendered,
        reportDigest,
        started,
        now,
        failure);
  }

  Job with(FisherAccount account, Instant now) {
    return new Job(
        jobId,
        plan,
        status,
        attempt,
        done,
        bytes,
        account,
        renderings,
        rendered,
        reportDigest,
        started,
        now,
        failure);
  }

  Job reported(String digest, Instant now) {
    return new Job(
        jobId,
        plan,
        Status.REPORTED,
        attempt,
        total(),
        totalBytes(),
        fisher,
        renderings,
        rendered,
        Optional.of(digest),
        started,
        now,
        Optional.empty());
  }

  Job rendered(String renderingId, Instant now) {
    List<String> ready = new ArrayList<>(rendered);
    if (!ready.contains(renderingId)) {
      ready.add(renderingId);
    }
    return new Job(
        jobId,
        plan,
        Status.DONE,
        attempt,
        done,
        bytes,
        fisher,
        renderings,
        ready,
        reportDigest,
        started,
        now,
        Optional.empty());
  }

  Job failed(int failedAttempt, Failure why, Instant now) {
    return new Job(
        jobId,
        plan,
        Status.FAILED,
        Math.max(attempt, failedAttempt),
        done,
        bytes,
        fisher,
        renderings,
        rendered,
        reportDigest,
        started,
        now,
        Optional.of(why));
  }

  boolean isReported() {
    return reportDigest.isPresent();
  }

  /// Whether every tensor of the plan has its result, and every model its Fisher information.
  boolean isComplete() {
    return plan.isPresent()
        && done >= total()
        && plan.orElseThrow().fisherModels().stream().allMatch(fisher::isComplete);
  }

  long total() {
    return plan.map(JobPlan::tensors).orElse(0L);
  }

  private long totalBytes() {
    return plan.map(JobPlan::bytes).orElse(0L);
  }

  JobState state() {
    return new JobState(jobId, status, attempt, stages(), rendered, started, updated, failure);
  }

  private List<StageProgress> stages() {
    List<StageProgress> stages = new ArrayList<>();
    if (total() > 0) {
      stages.add(
          new StageProgress(SIMILARITY, Measure.TENSORS, done, total(), bytes, totalBytes(), ""));
    }
    plan.ifPresent(announced -> stages.addAll(fisher.stages(announced)));
    return stages;
  }
}
