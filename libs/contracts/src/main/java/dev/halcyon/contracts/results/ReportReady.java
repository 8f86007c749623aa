package dev.halcyon.contracts.results;

import static java.util.Objects.requireNonNull;

import dev.halcyon.contracts.request.Rendering;

/// Says on `reports` that a job's report is in the store and is to be drawn.
///
/// @param jobId key of the record too
/// @param attempt of the job
/// @param reportKey object that holds the [Report]
/// @param reportDigest SHA-256 of that object
/// @param rendering how to draw it
public record ReportReady(
    String jobId, int attempt, String reportKey, String reportDigest, Rendering rendering) {
  public ReportReady {
    requireNonNull(jobId, "jobId is null");
    requireNonNull(reportKey, "reportKey is null");
    requireNonNull(reportDigest, "reportDigest is null");
    requireNonNull(rendering, "rendering is null");
  }
}
