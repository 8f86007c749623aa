package dev.halcyon.services.aggregator;

import dev.halcyon.services.common.TopicCatalogue;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;

/// The settings of Kafka Streams.
final class StreamsProperties {
  /// Holds what a transaction changes, so that a job's record goes to the changelog once for each
  /// transaction, not for each result.
  private static final int CACHE = 16 << 20;

  private StreamsProperties() {}

  /// Every setting below `kafka.` is one of all clients, save the group, which has the
  /// application's name.
  ///
  /// @param kafka settings of all clients
  /// @param further settings, which win
  static Properties of(
      Map<String, Object> kafka, Path stateFolder, int threads, Map<String, String> further) {
    Properties properties = new Properties();
    properties.putAll(kafka);
    properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "halcyon-aggregator");
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
    properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, CACHE);
    properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, threads);
    properties.put(StreamsConfig.STATE_DIR_CONFIG, stateFolder.toString());
    properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 6000);
    properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 2000);
    properties.put(
        StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG,
        LogAndContinueExceptionHandler.class);
    properties.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, TooLargeRecords.class);
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
        TopicCatalogue.LARGEST_REQUEST);
    properties.putAll(further);
    return properties;
  }
}
