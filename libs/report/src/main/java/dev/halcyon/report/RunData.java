package dev.halcyon.report;

import dev.halcyon.contracts.results.Report;
import java.util.Optional;

/// What differs from run to run, which the page has apart from its numbers.
///
/// @param command equivalent command line
/// @param jobId of the job; absent for a divergence alone
/// @param run of the job
record RunData(String command, Optional<String> jobId, Optional<Report.Run> run) {
  static RunData of(ReportContent content) {
    return new RunData(
        EquivalentCommand.of(content),
        content.report().map(Report::jobId),
        content.report().map(Report::run));
  }
}
