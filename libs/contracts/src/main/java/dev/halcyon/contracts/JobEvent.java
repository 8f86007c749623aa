package dev.halcyon.contracts;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;

/// A turn in a job's life, on `job-events`, keyed by the job.
///
/// @param type what happened
/// @param jobId of the job; `request-<id>` where a request failed before it had one
/// @param requestId of the request that this answers, where it answers one
/// @param attempt of the job that this is about
/// @param renderingId of the results that are ready
/// @param arrival how much of a model there is to compute on
/// @param progress how far a task is
/// @param service that says so
/// @param failure why it failed
public record JobEvent(
    Type type,
    String jobId,
    Optional<String> requestId,
    int attempt,
    Optional<String> renderingId,
    Optional<ModelArrival> arrival,
    Optional<FisherProgress> progress,
    String service,
    Optional<Failure> failure) {
  public JobEvent {
    requireNonNull(type, "type is null");
    requireNonNull(jobId, "jobId is null");
    requestId = requestId == null ? Optional.empty() : requestId;
    renderingId = renderingId == null ? Optional.empty() : renderingId;
    arrival = arrival == null ? Optional.empty() : arrival;
    progress = progress == null ? Optional.empty() : progress;
    failure = failure == null ? Optional.empty() : failure;
  }

  /// What may happen to a job.
  public enum Type {
    /// A request became this job, or joined it.
    @JsonProperty("accepted")
    ACCEPTED,
    /// So much of a model that Fisher information is computed of is where workers read it; its
    /// tasks start when that is all.
    @JsonProperty("arrived")
    ARRIVED,
    /// A task has come so far.
    @JsonProperty("progress")
    PROGRESS,
    /// Results were drawn and are in the store.
    @JsonProperty("rendered")
    RENDERED,
    /// The job ended without a report, or its results could not be drawn.
    @JsonProperty("failed")
    FAILED
  }

  public static JobEvent accepted(
      String jobId, String requestId, int attempt, String renderingId, String service) {
    return new JobEvent(
        Type.ACCEPTED,
        jobId,
        Optional.of(requestId),
        attempt,
        Optional.of(renderingId),
        Optional.empty(),
        Optional.empty(),
        service,
        Optional.empty());
  }

  public static JobEvent rejected(String requestId, String service, Failure failure) {
    return new JobEvent(
        Type.FAILED,
        "request-" + requestId,
        Optional.of(requestId),
        1,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        service,
        Optional.of(failure));
  }

  public static JobEvent failed(String jobId, int attempt, String service, Failure failure) {
    return new JobEvent(
        Type.FAILED,
        jobId,
        Optional.empty(),
        attempt,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        service,
        Optional.of(failure));
  }

  public static JobEvent rendered(String jobId, int attempt, String renderingId, String service) {
    return new JobEvent(
        Type.RENDERED,
        jobId,
        Optional.empty(),
        attempt,
        Optional.of(renderingId),
        Optional.empty(),
        Optional.empty(),
        service,
        Optional.empty());
  }

  public static JobEvent arrived(String jobId, int attempt, ModelArrival arrival, String service) {
    return new JobEvent(
        Type.ARRIVED,
        jobId,
        Optional.empty(),
        attempt,
        Optional.empty(),
        Optional.of(arrival),
        Optional.empty(),
        service,
        Optional.empty());
  }

  public static JobEvent progressed(
      String jobId, int attempt, FisherProgress progress, String service) {
    return new JobEvent(
        Type.PROGRESS,
        jobId,
        Optional.empty(),
        attempt,
        Optional.empty(),
        Optional.empty(),
        Optional.of(progress),
        service,
        Optional.empty());
  }
}
