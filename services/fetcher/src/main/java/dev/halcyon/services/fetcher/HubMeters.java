package dev.halcyon.services.fetcher;

import dev.halcyon.hub.HubException;
import dev.halcyon.hub.HubException.Reason;
import dev.halcyon.hub.HubListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/// Counts what happens on the way from the Hub.
final class HubMeters implements HubListener {
  private static final double MILLIS = 1000;

  private final HubListener next;
  private final MeterRegistry meters;
  private final Runnable progress;
  private final Counter received;
  private final Counter throttled;
  private final Counter replaced;

  /// @param next hears of everything too
  /// @param progress is run whenever bytes have come
  HubMeters(HubListener next, MeterRegistry meters, Runnable progress) {
    this.next = next;
    this.meters = meters;
    this.progress = progress;
    this.received =
        Counter.builder("halcyon.hub.received")
            .description("Bytes downloaded from the Hub")
            .baseUnit("bytes")
            .register(meters);
    this.throttled =
        Counter.builder("halcyon.hub.throttled")
            .description("Wait time that the Hub's rate limits required")
            .baseUnit("seconds")
            .register(meters);
    this.replaced =
        Counter.builder("halcyon.hub.replaced.connections")
            .description(
                "Connections that were closed because they were far slower than the others")
            .register(meters);
    Arrays.stream(Reason.values())
        .filter(reason -> reason.action() == HubException.Action.TRANSIENT)
        .forEach(this::retries);
  }

  private Counter retries(Reason reason) {
    return Counter.builder("halcyon.hub.retries")
        .description("Retried requests to the Hub, by the failure of the first attempt")
        .tag("reason", reason.name().toLowerCase(Locale.ROOT))
        .register(meters);
  }

  @Override
  public void received(long bytes) {
    received.increment((double) bytes);
    progress.run();
    next.received(bytes);
  }

  @Override
  public void retrying(String what, Duration wait, Reason reason, String problem) {
    retries(reason).increment();
    if (reason == Reason.RATE_LIMITED) {
      throttled.increment(wait.toMillis() / MILLIS);
    }
    next.retrying(what, wait, reason, problem);
  }

  @Override
  public void replacedSlowConnection(String what) {
    replaced.increment();
    next.replacedSlowConnection(what);
  }

  @Override
  public void refreshedUrl(String what) {
    next.refreshedUrl(what);
  }
}
