package dev.halcyon.services.aggregator;

import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.DeadLetters;
import dev.halcyon.services.common.TopicsConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/// Wires Kafka Streams, and starts and stops it with the service.
@ApplicationScoped
class AggregatorStreams {
  private static final Logger LOG = Logger.getLogger(AggregatorStreams.class);
  private static final int AFTER_ALL_CHANNELS = 10_000;

  /// Of Fisher workers: one at work and one that waits.
  private static final int TASKS_FOR_A_PARTITION = 2;

  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

  private final CompletableFuture<Void> started = new CompletableFuture<>();
  private final StateFolder state;

  AggregatorStreams(AggregatorConfig config) {
    this.state = StateFolder.of(config.stateDirectory());
  }

  @Produces
  @Singleton
  KafkaStreams streams(
      AggregatorConfig config,
      RetentionConfig retention,
      TopicsConfig topics,
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      @ConfigProperty(name = "quarkus.application.version", defaultValue = "dev") String version,
      ObjectStore store,
      DeadLetters deadLetters,
      MeterRegistry meters) {
    JobObserver observer = new JobMeters(meters, InstantSource.system(), config.metricsKept());
    JobHandler.Settings settings =
        new JobHandler.Settings(version, TASKS_FOR_A_PARTITION * topics.workPartitions());
    JobProcessor.Handlers handlers =
        (records, clock) -> new JobHandler(records, store, settings, clock);
    KafkaStreams streams =
        new KafkaStreams(
            AggregatorTopology.build(
                handlers, RetentionSchedule.of(retention), observer, deadLetters),
            StreamsProperties.of(
                kafka, state.path(), config.threads(), config.streams().properties()));
    AggregatorTopology.inputs().forEach(topic -> deadLetters.expect(topic.topicName()));
    streams.setUncaughtExceptionHandler(e -> {
      LOG.errorf(e, "a Kafka Streams thread failed and is replaced: %s", e.getMessage());
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    });
    return streams;
  }

  @Produces
  @Singleton
  StreamsMeters meters(
      KafkaStreams streams,
      MeterRegistry meters,
      @ConfigProperty(name = "halcyon.metrics.kafka") boolean bindClients) {
    return new StreamsMeters(streams, meters, bindClients);
  }

  void close(@Disposes StreamsMeters meters) {
    meters.close();
  }

  @Produces
  @Singleton
  JobStates states(KafkaStreams streams) {
    return JobStates.of(streams);
  }

  /// Begins once the topics are there, in a thread of its own while channels are set up.
  void start(
      @Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE + 1) StartupEvent event,
      Instance<KafkaStreams> streams) {
    Thread.ofPlatform()
        .name("aggregator-start")
        .start(() -> {
          try {
            streams.get().start();
            started.complete(null);
          } catch (RuntimeException | Error e) {
            started.completeExceptionally(e);
          }
        });
  }

  /// The service is up when it counts.
  void finish(@Observes @Priority(AFTER_ALL_CHANNELS) StartupEvent event, StreamsMeters meters) {
    started.join();
  }

  void stop(@Observes ShutdownEvent event, KafkaStreams streams) {
    if (streams.close(CLOSE_PATIENCE)) {
      state.close();
    }
  }
}
