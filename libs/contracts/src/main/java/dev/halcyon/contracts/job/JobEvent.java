package dev.halcyon.contracts.job;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Optional;

/// A turn in a job's life, on `job-events`, keyed by the job.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = JobEvent.Accepted.class, name = "accepted"),
  @JsonSubTypes.Type(value = JobEvent.Arrived.class, name = "arrived"),
  @JsonSubTypes.Type(value = JobEvent.Progressed.class, name = "progress"),
  @JsonSubTypes.Type(value = JobEvent.Rendered.class, name = "rendered"),
  @JsonSubTypes.Type(value = JobEvent.Failed.class, name = "failed")
})
public sealed interface JobEvent {
  /// The job; `request-<id>` where a request failed before it had one.
  String jobId();

  /// The job's attempt that this is about.
  int attempt();

  /// Who says so.
  String service();

  /// A request became this job, or joined it.
  ///
  /// @param requestId of the request
  /// @param renderingId of the results that it gets
  record Accepted(String jobId, String requestId, int attempt, String renderingId, String service)
      implements JobEvent {}

  /// So much of a model that Fisher information is computed of is where workers read it; its tasks
  /// start when that is all.
  record Arrived(String jobId, int attempt, ModelArrival arrival, String service)
      implements JobEvent {}

  /// A task has come so far.
  record Progressed(String jobId, int attempt, FisherProgress progress, String service)
      implements JobEvent {}

  /// Results were drawn and are in the store.
  ///
  /// @param renderingId of the results
  record Rendered(String jobId, int attempt, String renderingId, String service)
      implements JobEvent {}

  /// The job ended without a report, or its results could not be drawn.
  ///
  /// @param requestId of the request that became no job
  /// @param renderingId of the results that could not be drawn; absent where there is no report
  record Failed(
      String jobId,
      Optional<String> requestId,
      int attempt,
      Optional<String> renderingId,
      String service,
      Failure failure)
      implements JobEvent {
    public Failed {
      requestId = requestId == null ? Optional.empty() : requestId;
      renderingId = renderingId == null ? Optional.empty() : renderingId;
    }
  }

  static JobEvent accepted(
      String jobId, String requestId, int attempt, String renderingId, String service) {
    return new Accepted(jobId, requestId, attempt, renderingId, service);
  }

  static JobEvent rejected(String requestId, String service, Failure failure) {
    return new Failed(
        "request-" + requestId, Optional.of(requestId), 1, Optional.empty(), service, failure);
  }

  static JobEvent failed(String jobId, int attempt, String service, Failure failure) {
    return new Failed(jobId, Optional.empty(), attempt, Optional.empty(), service, failure);
  }

  static JobEvent notRendered(
      String jobId, int attempt, String renderingId, String service, Failure failure) {
    return new Failed(jobId, Optional.empty(), attempt, Optional.of(renderingId), service, failure);
  }

  static JobEvent rendered(String jobId, int attempt, String renderingId, String service) {
    return new Rendered(jobId, attempt, renderingId, service);
  }

  static JobEvent arrived(String jobId, int attempt, ModelArrival arrival, String service) {
    return new Arrived(jobId, attempt, arrival, service);
  }

  static JobEvent progressed(String jobId, int attempt, FisherProgress progress, String service) {
    return new Progressed(jobId, attempt, progress, service);
  }
}
