package dev.halcyon.analysis.gate;

import java.util.List;
import java.util.stream.Collectors;

/// The result of a condition.
///
/// @param truth of it
/// @param reasons the tests that decide it, or that leave it undecided
public record Verdict(Truth truth, List<Reason> reasons) {
  public Verdict {
    reasons = List.copyOf(reasons);
  }

  /// A test and what was found.
  ///
  /// @param test as it is written
  /// @param truth of the test
  /// @param found the value and whose it is, or why there is none
  public record Reason(String test, Truth truth, String found) {
    String text() {
      return "%s%s (%s)".formatted(truth == Truth.DOES_NOT_HOLD ? "not " : "", test, found);
    }
  }

  /// The reasons in one line.
  public String text() {
    return reasons.stream().map(Reason::text).collect(Collectors.joining("; "));
  }
}
