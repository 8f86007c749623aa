package dev.halcyon.hub;

import dev.halcyon.hub.HubException.Reason;
import java.io.IOException;
import java.time.Duration;

/// Looks at a body from time to time and says when to give it up.
interface BodyWatch {
  /// Looks once.
  ///
  /// @throws IOException where the body is to be given up
  void check(WatchedBody<?> body) throws IOException;

  /// Gives up a body of which nothing, or next to nothing, comes for that long.
  static BodyWatch stalls(String what, HubClock clock, Duration timeout) {
    return new StallWatch(what, clock, timeout);
  }

  /// Asks of each stretch of time a few bytes, so that a server cannot hold a reader for days by
  /// single ones.
  final class StallWatch implements BodyWatch {
    private static final double LEAST_BYTES_PER_SECOND = 4096;

    private final String what;
    private final HubClock clock;
    private final Duration timeout;
    private long start = -1;
    private long bytes;

    private StallWatch(String what, HubClock clock, Duration timeout) {
      this.what = what;
      this.clock = clock;
      this.timeout = timeout;
    }

    @Override
    public void check(WatchedBody<?> body) throws IOException {
      long now = clock.nanoTime();
      if (start < 0 || body.isBusy()) {
        restart(now, body);
      } else if (now - start > timeout.toNanos()) {
        double rate = (body.received() - bytes) / ((now - start) / 1e9);
        if (rate < LEAST_BYTES_PER_SECOND) {
          throw new HubException(
              Reason.UNAVAILABLE,
              "[" + what + "] almost no data for " + timeout.toMillis() + " ms");
        }
        restart(now, body);
      }
    }

    private void restart(long now, WatchedBody<?> body) {
      start = now;
      bytes = body.received();
    }
  }
}
