package dev.halcyon.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

class HandOverTest {
  private static final long MILLI = 1_000_000;
  private static final int MEGABYTE = 1_000_000;

  private final AtomicInteger runs = new AtomicInteger();
  private long now;
  private final HandOver handOver =
      new HandOver(
          new HubClock() {
            @Override
            public long nanoTime() {
              return now;
            }

            @Override
            public void sleep(Duration duration) {}
          },
          runs::incrementAndGet);

  /// Ten megabytes at one a millisecond, whose first byte came after two milliseconds.
  @Test
  void theNextRequestBeginsAsLongBeforeTheEndAsTheFirstByteTook() {
    LongConsumer progress = begin(2 * MILLI, 10 * MEGABYTE);
    for (int i = 1; i <= 7; i++) {
      receive(progress, i);
    }
    assertThat(runs).hasValue(0);

    receive(progress, 8);
    assertThat(runs).hasValue(1);
  }

  @Test
  void itBeginsOnce() {
    LongConsumer progress = begin(2 * MILLI, 10 * MEGABYTE);
    for (int i = 1; i <= 10; i++) {
      receive(progress, i);
    }
    receive(begin(2 * MILLI, MEGABYTE), 1);
    assertThat(runs).hasValue(1);
  }

  @Test
  void aFewBytesTellNoRate() {
    LongConsumer progress = begin(1000 * MILLI, 10 * MEGABYTE);
    progress.accept(1000);
    assertThat(runs).hasValue(0);
  }

  private LongConsumer begin(long wait, long wanted) {
    handOver.ask();
    now += wait;
    return handOver.begin(wanted);
  }

  private void receive(LongConsumer progress, int megabytes) {
    now += MILLI;
    progress.accept((long) megabytes * MEGABYTE);
  }
}
