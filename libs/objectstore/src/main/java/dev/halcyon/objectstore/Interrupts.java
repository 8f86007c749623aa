package dev.halcyon.objectstore;

import java.io.InterruptedIOException;

/// How a store's calls answer an interrupt.
final class Interrupts {
  private Interrupts() {}

  /// Sets the thread's status again and returns what the call throws.
  static InterruptedIOException asIOException(Exception cause) {
    Thread.currentThread().interrupt();
    InterruptedIOException interrupted =
        new InterruptedIOException("interrupted during an operation of the object store");
    interrupted.initCause(cause);
    return interrupted;
  }
}
