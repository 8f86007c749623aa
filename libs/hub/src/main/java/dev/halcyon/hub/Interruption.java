package dev.halcyon.hub;

import java.io.InterruptedIOException;

/// Turns an interruption into the exception that reading knows.
final class Interruption {
  private Interruption() {}

  static InterruptedIOException of(String what, InterruptedException cause) {
    Thread.currentThread().interrupt();
    InterruptedIOException interrupted = new InterruptedIOException("[" + what + "] interrupted");
    interrupted.initCause(cause);
    return interrupted;
  }
}
