package dev.halcyon.services.common;

import dev.halcyon.contracts.job.Failure.Cause;
import dev.halcyon.contracts.json.InvalidMessageException;
import java.util.Locale;

/// Why a record is a dead letter.
public enum DeadLetterReason {
  /// The record has no value.
  TOMBSTONE,
  /// The value is larger than any message.
  TOO_LARGE,
  /// The value is not the JSON that its topic carries.
  UNREADABLE,
  /// What the message asks for cannot be done.
  BAD_INPUT,
  /// The environment did not let it be done.
  ENVIRONMENT,
  /// A bug in Halcyon.
  BUG;

  /// The label of metrics and headers.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The reason that a failure stands for.
  public static DeadLetterReason of(Throwable thrown) {
    return switch (thrown) {
      case RefusedRecordException refused -> refused.reason();
      case InvalidMessageException _ -> UNREADABLE;
      default -> of(Failures.of(thrown).cause());
    };
  }

  private static DeadLetterReason of(Cause cause) {
    return switch (cause) {
      case BAD_INPUT, CANCELLED -> BAD_INPUT;
      case ENVIRONMENT -> ENVIRONMENT;
      case BUG -> BUG;
    };
  }
}
