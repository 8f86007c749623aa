package dev.halcyon.contracts.job;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.halcyon.contracts.json.MayBeAbsent;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Where a job stands, on the compacted topic `job-states`, keyed by the job, and over HTTP.
///
/// @param jobId of the job
/// @param status its turn
/// @param attempt that runs or ran
/// @param stages what is counted, in the order of the work
/// @param renderings ids of the results that are ready
/// @param failedRenderings results that could not be drawn, though there is a report
/// @param started when its plan was announced
/// @param updated when this was last true
/// @param failure why it failed or was cancelled
public record JobState(
    String jobId,
    Status status,
    int attempt,
    List<StageProgress> stages,
    List<String> renderings,
    @MayBeAbsent List<FailedRendering> failedRenderings,
    Instant started,
    Instant updated,
    Optional<Failure> failure) {
  public JobState {
    stages = List.copyOf(stages);
    renderings = List.copyOf(renderings);
    failedRenderings = failedRenderings == null ? List.of() : List.copyOf(failedRenderings);
    failure = failure == null ? Optional.empty() : failure;
  }

  /// Turns of a job.
  public enum Status {
    @JsonProperty("running")
    RUNNING,
    @JsonProperty("reported")
    REPORTED,
    @JsonProperty("done")
    DONE,
    @JsonProperty("failed")
    FAILED,
    @JsonProperty("cancelled")
    CANCELLED
  }

  /// Results that could not be drawn.
  ///
  /// @param renderingId of them
  /// @param failure why
  public record FailedRendering(String renderingId, Failure failure) {}

  /// How much of a stage is done.
  ///
  /// @param stage as `similarity`, `fetch base`, `fisher base`
  /// @param measure what is counted
  /// @param done of the things counted
  /// @param total of them
  /// @param amountDone of the measure's unit, from which rates and times come
  /// @param amountTotal of it
  /// @param note readable text; empty for none
  public record StageProgress(
      String stage,
      Measure measure,
      long done,
      long total,
      long amountDone,
      long amountTotal,
      String note) {}

  /// What a stage's progress is counted in.
  public enum Measure {
    /// Tensors, and the bytes read for them.
    @JsonProperty("tensors")
    TENSORS,
    /// Objects brought into the store, and their bytes.
    @JsonProperty("objects")
    OBJECTS,
    /// Layers passed, forward and backward, and tokens.
    @JsonProperty("layers")
    LAYERS
  }
}
