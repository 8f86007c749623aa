package dev.halcyon.services.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

class BrokerNameTest {
  private static final String UNKNOWN = "broker.invalid:9092";

  private final AtomicInteger tries = new AtomicInteger();

  private Admin client(String address) {
    tries.incrementAndGet();
    return Admin.create(Map.of("bootstrap.servers", address));
  }

  @Test
  void aNameThatResolvesLaterIsWaitedFor() {
    BrokerName name = new BrokerName(UNKNOWN, Duration.ofMinutes(1));

    try (Admin admin = name.await(() -> client(tries.get() < 1 ? UNKNOWN : "127.0.0.1:9"))) {
      assertThat(admin).isNotNull();
    }
    assertThat(tries).hasValue(2);
  }

  @Test
  void aNameThatNeverResolvesIsSaidInTheEnd() {
    BrokerName name = new BrokerName(UNKNOWN, Duration.ZERO);

    assertThatThrownBy(() -> name.await(() -> client(UNKNOWN)))
        .isInstanceOf(EnvironmentException.class)
        .hasMessage(
            "the broker's address broker.invalid:9092 does not resolve: check"
                + " kafka.bootstrap.servers");
    assertThat(tries).hasValue(1);
  }

  @Test
  void anAddressThatIsNoneIsRefusedAtOnce() {
    BrokerName name = new BrokerName("broker", Duration.ofMinutes(1));

    assertThatThrownBy(() -> name.await(() -> client("broker")))
        .isInstanceOf(KafkaException.class)
        .hasRootCauseMessage("Invalid url in bootstrap.servers: broker");
    assertThat(tries).hasValue(1);
  }
}
