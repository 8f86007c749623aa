package dev.halcyon.hub;

import java.io.IOException;
import java.io.InterruptedIOException;

/// Turns what ends a wait for other threads into exceptions of reading.
public final class Failures {
  private Failures() {}

  /// Throws a failure of another thread whose type the compiler accepts as it is; otherwise returns
  /// it wrapped, to be thrown.
  public static IOException rethrown(Throwable failure) throws IOException {
    return switch (failure) {
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> new IOException(failure);
    };
  }

  /// The exception for an interruption, which stays set.
  ///
  /// @param what was read
  public static InterruptedIOException interrupted(String what, InterruptedException cause) {
    Thread.currentThread().interrupt();
    InterruptedIOException interrupted = new InterruptedIOException("[" + what + "] interrupted");
    interrupted.initCause(cause);
    return interrupted;
  }
}
