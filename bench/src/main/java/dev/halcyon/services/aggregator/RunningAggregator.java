package dev.halcyon.services.aggregator;

import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.DeadLetters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaStreams;

/// The aggregator with the settings of the service, without Quarkus.
public final class RunningAggregator implements AutoCloseable {
  private static final Duration KEPT = Duration.ofMinutes(15);

  private final KafkaStreams streams;

  private RunningAggregator(KafkaStreams streams) {
    this.streams = streams;
  }

  /// Starts it.
  ///
  /// @param threads that count
  public static RunningAggregator start(
      String bootstrapServers, ObjectStore store, Path stateFolder, int threads) {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    Map<String, Object> kafka = Map.of("bootstrap.servers", bootstrapServers);
    DeadLetters deadLetters =
        new DeadLetters(
            () -> new KafkaProducer<>(kafka, new ByteArraySerializer(), new ByteArraySerializer()),
            meters);
    JobHandler.Settings settings = new JobHandler.Settings("bench", 2 * 64);
    KafkaStreams streams =
        new KafkaStreams(
            AggregatorTopology.build(
                (records, clock) -> new JobHandler(records, store, settings, clock),
                Optional.empty(),
                new JobMeters(meters, InstantSource.system(), KEPT),
                deadLetters),
            StreamsProperties.of(kafka, stateFolder, threads, Map.of()));
    streams.start();
    return new RunningAggregator(streams);
  }

  @Override
  public void close() {
    streams.close(Duration.ofSeconds(10));
  }
}
