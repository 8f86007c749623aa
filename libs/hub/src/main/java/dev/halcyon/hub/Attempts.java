package dev.halcyon.hub;

import dev.halcyon.hub.HubException.Reason;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/// The attempts of one operation: after a transient failure it waits, as long as the server asks or
/// else 1, 2, 4, 8, 8 … seconds, and gives up after the last retry.
final class Attempts {
  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
  private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(8);
  // Spreads the clients that failed in the same moment.
  private static final double JITTER = 0.25;

  private final String what;
  private final TransferSettings settings;
  private final HubClock clock;
  private final HubListener listener;
  private int failures;

  Attempts(String what, TransferSettings settings, HubClock clock, HubListener listener) {
    this.what = what;
    this.settings = settings;
    this.clock = clock;
    this.listener = listener;
  }

  /// So much has come that earlier failures no longer count.
  void progressed() {
    failures = 0;
  }

  /// Waits before the next try, or gives up.
  ///
  /// @throws HubException the failure itself, where it will not pass or has not
  void failed(HubException failure) throws HubException, InterruptedIOException {
    if (failure.reason() != Reason.UNAVAILABLE && failure.reason() != Reason.RATE_LIMITED) {
      throw failure;
    }
    failures++;
    Duration wait = failure.retryAfter().orElseGet(this::backoff);
    if (failures > settings.retries()) {
      throw givenUp(failure);
    }
    if (wait.compareTo(settings.longestWait()) > 0) {
      throw failure;
    }
    listener.retrying(what, wait, failure.reason(), failure.getMessage());
    sleep(wait);
  }

  private Duration backoff() {
    Duration doubled = FIRST_WAIT.multipliedBy(1L << Math.min(failures - 1, 10));
    Duration base = doubled.compareTo(LONGEST_BACKOFF) < 0 ? doubled : LONGEST_BACKOFF;
    double spread = 1 + JITTER * ThreadLocalRandom.current().nextDouble();
    return Duration.ofNanos((long) (base.toNanos() * spread));
  }

  private HubException givenUp(HubException failure) {
    return new HubException(
        failure.reason(),
        failure.getMessage() + " (given up after " + failures + " tries)",
        failure,
        failure.retryAfter().orElse(null));
  }

  private void sleep(Duration wait) throws InterruptedIOException {
    try {
      clock.sleep(wait);
    } catch (InterruptedException e) {
      throw Failures.interrupted(what, e);
    }
  }
}
