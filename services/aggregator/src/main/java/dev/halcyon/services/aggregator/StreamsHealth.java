package dev.halcyon.services.aggregator;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/// Health of Kafka Streams.
@ApplicationScoped
class StreamsHealth {
  private static final String NAME = "streams";

  /// Ready while it counts.
  @Produces
  @Singleton
  @Readiness
  HealthCheck ready(KafkaStreams streams) {
    return () -> answer(streams.state(), isReady(streams.state()));
  }

  /// Alive unless it has given up for good.
  @Produces
  @Singleton
  @Liveness
  HealthCheck alive(KafkaStreams streams) {
    return () -> answer(streams.state(), isAlive(streams.state()));
  }

  static boolean isReady(State state) {
    return state == State.RUNNING;
  }

  static boolean isAlive(State state) {
    return state != State.ERROR && state != State.PENDING_ERROR;
  }

  private static HealthCheckResponse answer(State state, boolean up) {
    return HealthCheckResponse.named(NAME).status(up).withData("state", state.name()).build();
  }
}
