package dev.halcyon.services.fetcher;

import java.time.Duration;

/// How much work a Fisher task is at most, so that one model's samples spread over a fleet and a
/// worker that goes away loses little.
///
/// Work is counted in tokens x parameters: a token's forward and backward passes take about as many
/// operations for each parameter, whatever the model. It follows from the request and these
/// settings alone, so that a command cuts a job as a fleet does.
///
/// @param rate tokens x parameters that a worker's device does in a second
/// @param longest that a task is to take
record TaskSize(double rate, Duration longest) {
  TaskSize {
    if (!(rate > 0) || !longest.isPositive()) {
      throw new IllegalArgumentException(
          "a Fisher task of %s at %s tokens x parameters a second is none (halcyon.fetcher.fisher-task-time, halcyon.fetcher.fisher-rate)"
              .formatted(longest, rate));
    }
  }

  /// Tasks that so much work is cut into; at least one.
  ///
  /// @param most there may be
  int tasks(long tokens, long parameters, int most) {
    double seconds = (double) tokens * parameters / rate;
    double wanted = Math.ceil(seconds / longest.toSeconds());
    return (int) Math.max(1, Math.min(most, wanted));
  }
}
