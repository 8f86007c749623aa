package dev.halcyon.services.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.apache.kafka.streams.KafkaStreams.State;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StreamsHealthTest {
  @ParameterizedTest
  @EnumSource(State.class)
  void isReadyOnlyWhileItCounts(State state) {
    assertThat(StreamsHealth.isReady(state)).isEqualTo(state == State.RUNNING);
  }

  @ParameterizedTest
  @EnumSource(State.class)
  void onlyARestartHelpsOneThatHasGivenUp(State state) {
    boolean gaveUp = Set.of(State.ERROR, State.PENDING_ERROR).contains(state);
    assertThat(StreamsHealth.isAlive(state)).isEqualTo(!gaveUp);
  }
}
