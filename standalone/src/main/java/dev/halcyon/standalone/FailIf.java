package dev.halcyon.standalone;

import dev.halcyon.analysis.gate.Evidence;
import dev.halcyon.analysis.gate.Gate;
import dev.halcyon.analysis.gate.UnknownPlaceException;
import dev.halcyon.analysis.gate.Verdict;
import dev.halcyon.contracts.results.Report;
import dev.halcyon.services.common.BadInputException;
import java.util.List;
import java.util.Optional;

/// A condition under which a command fails though its work is done.
///
/// @param gate the condition
/// @param labels of the models, the base first
record FailIf(Gate gate, List<String> labels) {
  /// The exit status that the condition asks for. Where it holds, one line says why.
  ///
  /// @throws BadInputException where the report cannot tell
  ExitCode judge(Report report, Console console) {
    Verdict verdict = verdict(report);
    return switch (verdict.truth()) {
      case HOLDS -> {
        console.err().println("halcyon: --fail-if holds: " + verdict.text());
        console.err().flush();
        yield ExitCode.GATE;
      }
      case DOES_NOT_HOLD -> ExitCode.DONE;
      case UNDECIDED ->
          throw new BadInputException("--fail-if cannot be decided: " + verdict.text());
    };
  }

  private Verdict verdict(Report report) {
    try {
      return gate.verdict(new Evidence(Optional.of(report), report.divergence(), labels));
    } catch (UnknownPlaceException e) {
      throw new BadInputException("--fail-if: " + e.getMessage(), e);
    }
  }
}
