package dev.halcyon.hub;

import java.io.IOException;

/// Carries a failure from the thread where it happened to the one that waits for it.
final class Failures {
  private Failures() {}

  /// Throws the failure as it is where the compiler can be told so; otherwise returns it wrapped,
  /// to be thrown.
  static IOException rethrown(Throwable failure) throws IOException {
    return switch (failure) {
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> new IOException(failure);
    };
  }
}
