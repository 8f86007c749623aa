package dev.halcyon.services.aggregator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/// How fast an amount has grown of late. Safe for use by many threads.
final class RecentRate {
  /// Long enough for the progress of the slowest tasks to be seen in it.
  static final Duration WINDOW = Duration.ofMinutes(5);

  private static final Duration APART = Duration.ofSeconds(1);
  private static final double MILLIS = 1000;

  private final Deque<Sample> samples = new ArrayDeque<>();

  private record Sample(Instant at, long amount) {}

  synchronized void add(Instant at, long amount) {
    if (samples.size() > 1 && isSoonAfterTheOneBefore(at)) {
      samples.removeLast();
    }
    samples.addLast(new Sample(at, amount));
    forgetBefore(at);
  }

  /// Whether the newest sample came so soon after the one before it that this one may take its
  /// place.
  private boolean isSoonAfterTheOneBefore(Instant at) {
    Sample newest = samples.removeLast();
    boolean soon = samples.getLast().at().plus(APART).isAfter(at);
    samples.addLast(newest);
    return soon;
  }

  /// Units a second, from the last sample before the window, or the first in it, until now.
  synchronized double perSecond(Instant now) {
    forgetBefore(now);
    if (samples.isEmpty()) {
      return 0;
    }
    double seconds = Duration.between(samples.getFirst().at(), now).toMillis() / MILLIS;
    long gained = samples.getLast().amount() - samples.getFirst().amount();
    return seconds <= 0 ? 0 : Math.max(0, gained / seconds);
  }

  private void forgetBefore(Instant now) {
    Instant begin = now.minus(WINDOW);
    while (samples.size() > 1) {
      Sample first = samples.removeFirst();
      if (samples.getFirst().at().isAfter(begin)) {
        samples.addFirst(first);
        return;
      }
    }
  }
}
