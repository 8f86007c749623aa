package dev.halcyon.contracts;

import com.fasterxml.jackson.annotation.JsonProperty;

/// Why something failed, classed by who must act.
///
/// @param cause who must act
/// @param message for people: names the thing and says what to do
public record Failure(Cause cause, String message) {
  /// Who must act.
  public enum Cause {
    /// The user: no such folder, a damaged file, nothing to compare.
    @JsonProperty("bad_input")
    BAD_INPUT,
    /// The operator: disk full, store or broker out of reach.
    @JsonProperty("environment")
    ENVIRONMENT,
    /// Us.
    @JsonProperty("bug")
    BUG
  }
}
