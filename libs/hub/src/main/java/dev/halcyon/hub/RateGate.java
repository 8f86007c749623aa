package dev.halcyon.hub;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;

/// Delays all requests to a host that has asked for a pause, not only the one it refused.
final class RateGate {
  private final HubClock clock;
  private final ConcurrentHashMap<Origin, Long> closedUntil = new ConcurrentHashMap<>();

  RateGate(HubClock clock) {
    this.clock = clock;
  }

  void closeFor(Origin origin, Duration wait) {
    long until = clock.nanoTime() + wait.toNanos();
    closedUntil.merge(origin, until, (a, b) -> a - b > 0 ? a : b);
  }

  void pass(Origin origin) throws InterruptedException {
    Long until = closedUntil.get(origin);
    if (until != null) {
      long remaining = until - clock.nanoTime();
      if (remaining > 0) {
        clock.sleep(Duration.ofNanos(remaining));
      }
      closedUntil.remove(origin, until);
    }
  }
}
