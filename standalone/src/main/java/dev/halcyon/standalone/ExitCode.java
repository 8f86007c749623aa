package dev.halcyon.standalone;

import dev.halcyon.contracts.job.Failure;

/// What the command's exit status says.
enum ExitCode {
  DONE(0),
  BUG(1),
  USAGE(2),
  BAD_INPUT(3),
  ENVIRONMENT(4),
  /// The work is done, and the condition of `--fail-if` holds.
  GATE(5),
  INTERRUPTED(130);

  private final int status;

  ExitCode(int status) {
    this.status = status;
  }

  int status() {
    return status;
  }

  static ExitCode of(Failure.Cause cause) {
    return switch (cause) {
      case BAD_INPUT, CANCELLED -> BAD_INPUT;
      case ENVIRONMENT -> ENVIRONMENT;
      case BUG -> BUG;
    };
  }
}
