package dev.halcyon.hub;

import java.io.IOException;

/// Carries a failure from the thread where it happened to the one that waits for it.
final class Failures {
  private Failures() {}

  /// Throws a failure whose type the compiler accepts as it is; otherwise returns it wrapped, to be
  /// thrown.
  static IOException rethrown(Throwable failure) throws IOException {
    return switch (failure) {
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> new IOException(failure);
    };
  }
}
