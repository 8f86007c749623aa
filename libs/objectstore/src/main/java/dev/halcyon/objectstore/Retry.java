package dev.halcyon.objectstore;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/// Repeats what the store may yet answer, each pause twice as long as the one before and up to half
/// of it left to chance, so that many workers do not come back at once.
///
/// @param attempts in all
/// @param firstPause longest first pause; none is longer than five seconds
record Retry(int attempts, Duration firstPause) {
  /// Goes on for 10 to 20 seconds, in which a server restarts. Callers do not repeat what it gives
  /// up.
  static final Retry STANDARD = new Retry(10, Duration.ofMillis(100));

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  @FunctionalInterface
  interface Attempt<T> {
    /// Tries once. From `number` 2 on, an earlier try may have worked and only its answer been
    /// lost.
    T run(int number) throws IOException;
  }

  <T> T call(Attempt<T> attempt) throws IOException {
    for (int number = 1; ; number++) {
      try {
        return attempt.run(number);
      } catch (StoreUnavailableException e) {
        if (number == attempts) {
          throw e;
        }
        pause(number, e);
      }
    }
  }

  void pause(int failures, IOException reason) throws InterruptedIOException {
    long longest = Math.min(firstPause.toMillis() << (failures - 1), LONGEST_PAUSE.toMillis());
    try {
      Thread.sleep(longest - ThreadLocalRandom.current().nextLong(longest / 2 + 1));
    } catch (InterruptedException e) {
      throw Interrupts.asIOException(reason);
    }
  }
}
