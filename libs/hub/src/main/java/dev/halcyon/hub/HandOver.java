package dev.halcyon.hub;

import java.util.function.LongConsumer;

/// Lets the next request begin while a body is still coming, as much earlier as a request takes to
/// its first byte; so a chain of ranges is not silent between one and the next.
final class HandOver {
  // Less does not tell a rate.
  private static final long LEAST_BYTES = 64 << 10;

  private final HubClock clock;
  private final Runnable next;
  private long asked;
  private volatile boolean over;

  /// @param next is run once, in the thread that receives the body
  HandOver(HubClock clock, Runnable next) {
    this.clock = clock;
    this.next = next;
  }

  /// A request is sent.
  void ask() {
    asked = clock.nanoTime();
  }

  /// Its body begins.
  ///
  /// @param wanted bytes of the body
  /// @return receives the number of bytes that have arrived in all
  LongConsumer begin(long wanted) {
    long begun = clock.nanoTime();
    long wait = begun - asked;
    return received -> {
      if (!over && received >= LEAST_BYTES && left(begun, wanted, received) <= wait) {
        over = true;
        next.run();
      }
    };
  }

  /// Nanoseconds to the body's end, if it goes on as it came.
  private double left(long begun, long wanted, long received) {
    return (wanted - received) * ((clock.nanoTime() - begun) / (double) received);
  }
}
