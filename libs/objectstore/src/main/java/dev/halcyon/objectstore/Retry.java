package dev.halcyon.objectstore;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/// Repeats what the store may yet answer, each pause twice as long as the one before and up to half
/// of it left to chance, so that many workers do not come back at once.
///
/// @param attempts in all
record Retry(int attempts, Duration firstPause) {
  static final Retry STANDARD = new Retry(6, Duration.ofMillis(100));

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
    long longest = firstPause.toMillis() << (failures - 1);
    try {
      Thread.sleep(longest - ThreadLocalRandom.current().nextLong(longest / 2 + 1));
    } catch (InterruptedException e) {
      throw Interrupts.asIOException(reason);
    }
  }
}
