package dev.halcyon.contracts.job;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonProperty;

/// The reason of a failure, classified by who must act.
///
/// @param cause who must act
/// @param message readable text that names the thing and says what to do
public record Failure(Cause cause, String message) {
  /// Longer messages are cut: a failure is sent in an event and kept in a job's state.
  public static final int LONGEST_MESSAGE = 4_000;

  public Failure {
    requireNonNull(cause, "cause is null");
    requireNonNull(message, "message is null");
    message = message.length() > LONGEST_MESSAGE ? cut(message) : message;
  }

  private static String cut(String message) {
    int end = LONGEST_MESSAGE - 1;
    boolean split = Character.isHighSurrogate(message.charAt(end - 1));
    return message.substring(0, split ? end - 1 : end) + "…";
  }

  /// Who must act.
  public enum Cause {
    /// The user: no such folder, a damaged file, nothing to compare.
    @JsonProperty("bad_input")
    BAD_INPUT,
    /// The operator: disk full, store or broker out of reach.
    @JsonProperty("environment")
    ENVIRONMENT,
    /// Nobody: a user had the job stopped.
    @JsonProperty("cancelled")
    CANCELLED,
    /// Us.
    @JsonProperty("bug")
    BUG
  }
}
