package dev.halcyon.services.aggregator;

import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.DeadLetters;
import dev.halcyon.services.common.TopicCatalogue;
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
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/// Wires Kafka Streams, and starts and stops it with the service.
@ApplicationScoped
class AggregatorStreams {
  private static final Logger LOG = Logger.getLogger(AggregatorStreams.class);
  private static final int AFTER_ALL_CHANNELS = 10_000;
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
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      @ConfigProperty(name = "quarkus.application.version", defaultValue = "dev") String version,
      ObjectStore store,
      DeadLetters deadLetters,
      MeterRegistry meters) {
    JobObserver observer = new JobMeters(meters, InstantSource.system(), config.metricsKept());
    JobProcessor.Handlers handlers =
        (records, clock) -> new JobHandler(records, store, version, clock);
    KafkaStreams streams =
        new KafkaStreams(
            AggregatorTopology.build(
                handlers, RetentionSchedule.of(retention), observer, deadLetters),
            properties(config, kafka));
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

  /// Every setting below `kafka.` is one of all clients, save the group, which has the
  /// application's name.
  private Properties properties(AggregatorConfig config, Map<String, Object> kafka) {
    Properties properties = new Properties();
    properties.putAll(kafka);
    properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "halcyon-aggregator");
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
    properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
    properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, config.threads());
    properties.put(StreamsConfig.STATE_DIR_CONFIG, state.path().toString());
    properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 6000);
    properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 2000);
    properties.put(
        StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG,
        LogAndContinueExceptionHandler.class);
    properties.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, TooLargeRecords.class);
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
        TopicCatalogue.LARGEST_REQUEST);
    properties.putAll(config.streams().properties());
    return properties;
  }
}
