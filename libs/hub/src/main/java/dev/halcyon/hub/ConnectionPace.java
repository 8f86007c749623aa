package dev.halcyon.hub;

import java.io.IOException;
import java.time.Duration;

/// Compares the connections of one transfer. Edges of the Hub's content network have been seen to
/// hold a connection at an eighth of what others give; such a one is dropped, and the next request
/// opens a new one, which may meet another edge.
final class ConnectionPace {
  private static final double FAR_BEHIND = 1 / 3.0;
  private static final double FORGETTING = 0.9;

  private final HubClock clock;
  private final Duration patience;
  private double best;

  ConnectionPace(HubClock clock, Duration patience) {
    this.clock = clock;
    this.patience = patience;
  }

  /// Notes a connection's rate, in bytes a second, and tells whether it is far behind.
  synchronized boolean isFarBehind(double rate) {
    best = Math.max(best * FORGETTING, rate);
    return rate < best * FAR_BEHIND;
  }

  /// Watches one body of the transfer.
  ///
  /// @param wanted bytes of the body
  BodyWatch watch(String what, long wanted) {
    return new PaceWatch(what, wanted);
  }

  /// One connection's recent rate. It is given up when it was far behind twice in a row, half the
  /// patience each, so that a hiccup does not count.
  private final class PaceWatch implements BodyWatch {
    private final String what;
    private final long wanted;
    private long windowStart = -1;
    private long windowBytes;
    private boolean wasBehind;

    PaceWatch(String what, long wanted) {
      this.what = what;
      this.wanted = wanted;
    }

    @Override
    public void check(WatchedBody<?> body) throws IOException {
      long now = clock.nanoTime();
      if (windowStart < 0) {
        restart(now, body.received());
      } else if (now - windowStart >= patience.toNanos() / 2) {
        judge(now, body.received());
      }
    }

    private void judge(long now, long received) throws IOException {
      double rate = (received - windowBytes) / ((now - windowStart) / 1e9);
      restart(now, received);
      boolean longToGo = wanted - received > rate * patience.toNanos() / 1e9;
      boolean behind = isFarBehind(rate) && longToGo;
      if (behind && wasBehind) {
        throw new SlowConnectionException(what);
      }
      wasBehind = behind;
    }

    private void restart(long now, long received) {
      windowStart = now;
      windowBytes = received;
    }
  }
}
