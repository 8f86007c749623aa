package dev.halcyon.services.aggregator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class RecentRateTest {
  private static final Instant START = Instant.ofEpochSecond(1_000_000);
  private final RecentRate rate = new RecentRate();

  @Test
  void isZeroBeforeAnythingIsKnown() {
    assertThat(rate.perSecond(START)).isZero();
    rate.add(START, 500);
    assertThat(rate.perSecond(START)).isZero();
    assertThat(rate.perSecond(START.plusSeconds(3))).isZero();
  }

  @Test
  void countsFromTheFirstSampleWhileTheWindowIsNotFull() {
    rate.add(START, 500);
    rate.add(START.plusSeconds(10), 1500);
    assertThat(rate.perSecond(START.plusSeconds(10))).isEqualTo(100);
    assertThat(rate.perSecond(START.plusSeconds(20))).isEqualTo(50);
  }

  @Test
  void forgetsWhatWasBeforeTheWindow() {
    for (int second = 0; second <= 1000; second++) {
      rate.add(START.plusSeconds(second), 1000L * second);
    }
    for (int second = 1001; second <= 2000; second++) {
      rate.add(START.plusSeconds(second), 1_000_000 + (second - 1000));
    }
    assertThat(rate.perSecond(START.plusSeconds(2000))).isCloseTo(1, within(0.01));
  }

  @Test
  void isZeroOnceNothingHasGrownForAWindow() {
    rate.add(START, 0);
    rate.add(START.plusSeconds(1), 1000);
    assertThat(rate.perSecond(START.plusSeconds(2).plus(RecentRate.WINDOW))).isZero();
  }

  @Test
  void manySamplesInASecondAreAsGoodAsTheLast() {
    for (int milli = 0; milli <= 10_000; milli += 10) {
      rate.add(START.plusMillis(milli), milli);
    }
    assertThat(rate.perSecond(START.plusMillis(10_000))).isEqualTo(1000);
  }
}
