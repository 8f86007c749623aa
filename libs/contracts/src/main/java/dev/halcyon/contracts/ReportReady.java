package dev.halcyon.contracts;

/// Says on `reports` that a job's report is in the store and is to be drawn.
///
/// @param jobId key of the record too
/// @param attempt of the job
/// @param reportKey object that holds the [Report]
/// @param reportDigest SHA-256 of that object
/// @param rendering how to draw it
public record ReportReady(
    String jobId, int attempt, String reportKey, String reportDigest, Rendering rendering) {}
