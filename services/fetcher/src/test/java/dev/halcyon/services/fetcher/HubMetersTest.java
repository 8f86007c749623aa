package dev.halcyon.services.fetcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.halcyon.hub.HubException.Reason;
import dev.halcyon.hub.HubListener;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HubMetersTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final AtomicInteger progress = new AtomicInteger();
  private final AtomicInteger heard = new AtomicInteger();
  private final HubListener next =
      new HubListener() {
        @Override
        public void retrying(String what, Duration wait, Reason reason, String problem) {
          heard.incrementAndGet();
        }
      };
  private final HubMeters meters = new HubMeters(next, registry, progress::incrementAndGet);

  private double count(String name, String... tags) {
    return registry.get(name).tags(tags).counter().count();
  }

  @Test
  void allCountersAreThereFromTheStart() {
    assertThat(registry.getMeters()).extracting(meter -> meter.getId().getName()).hasSize(6);
    assertThat(registry.get("halcyon.hub.retries").counters())
        .extracting(counter -> counter.getId().getTag("reason"))
        .containsExactlyInAnyOrder("rate_limited", "unavailable", "integrity");
  }

  @Test
  void bytesAreCountedAndAreProgress() {
    meters.received(10);
    meters.received(5);
    assertThat(count("halcyon.hub.received")).isEqualTo(15);
    assertThat(progress).hasValue(2);
  }

  @Test
  void retriesAreCountedByReasonAndHandedOn() {
    meters.retrying("org/model", Duration.ofSeconds(2), Reason.UNAVAILABLE, "reset");
    meters.retrying("org/model", Duration.ofMillis(5500), Reason.RATE_LIMITED, "slow down");

    assertThat(count("halcyon.hub.retries", "reason", "unavailable")).isEqualTo(1);
    assertThat(count("halcyon.hub.retries", "reason", "rate_limited")).isEqualTo(1);
    assertThat(count("halcyon.hub.throttled")).isEqualTo(5.5);
    assertThat(heard).hasValue(2);
  }
}
