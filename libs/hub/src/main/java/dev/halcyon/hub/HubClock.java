package dev.halcyon.hub;

import java.time.Duration;

/// Time as the client sees it, so that a test of an hour's back-off takes none.
public interface HubClock {
  /// Nanoseconds from an arbitrary beginning.
  long nanoTime();

  /// Lets that much time pass.
  void sleep(Duration duration) throws InterruptedException;

  /// The machine's clock.
  static HubClock system() {
    return new HubClock() {
      @Override
      public long nanoTime() {
        return System.nanoTime();
      }

      @Override
      public void sleep(Duration duration) throws InterruptedException {
        Thread.sleep(duration);
      }
    };
  }
}
