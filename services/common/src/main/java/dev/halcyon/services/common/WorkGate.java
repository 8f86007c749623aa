package dev.halcyon.services.common;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Lets work begin until the service ends, and then waits for what has begun. Safe for use by many
/// threads.
final class WorkGate {
  private int running;
  private boolean closed;

  /// False where no more work may begin; otherwise the caller leaves when the work has ended.
  synchronized boolean enter() {
    if (!closed) {
      running++;
    }
    return !closed;
  }

  synchronized void leave() {
    running--;
    notifyAll();
  }

  /// Lets no more work begin, and waits for what has begun.
  ///
  /// @return the pieces of work that still run after so long; 0 where all have ended
  synchronized int close(Duration patience) throws InterruptedException {
    closed = true;
    long end = System.nanoTime() + patience.toNanos();
    for (long left = patience.toNanos(); running > 0 && left > 0; left = end - System.nanoTime()) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return running;
  }
}
