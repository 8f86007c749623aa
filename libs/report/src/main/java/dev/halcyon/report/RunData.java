package dev.halcyon.report;

import dev.halcyon.contracts.results.Report;

/// What differs from run to run, which the page has apart from its numbers.
///
/// @param command equivalent command line
/// @param jobId of the job
/// @param run of the job
record RunData(String command, String jobId, Report.Run run) {
  static RunData of(ReportContent content) {
    Report report = content.report();
    return new RunData(EquivalentCommand.of(content), report.jobId(), report.run());
  }
}
