package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.Topic;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.streams.KafkaStreams;

/// Exports the metrics of Kafka Streams' clients, and what waits in the topics that are counted.
final class StreamsMeters implements AutoCloseable {
  private static final String LAG = "records-lag";

  private final KafkaStreamsMetrics clients;

  /// @param bindClients whether the clients' own metrics are exported too
  StreamsMeters(KafkaStreams streams, MeterRegistry meters, boolean bindClients) {
    this.clients = new KafkaStreamsMetrics(streams);
    for (Topic topic : AggregatorTopology.inputs()) {
      Gauge.builder("halcyon.queue.records", streams, of -> lag(of, topic.topicName()))
          .description(
              "Records that wait or are being processed, in the partitions of this service")
          .tag("topic", topic.topicName())
          .register(meters);
    }
    if (bindClients) {
      clients.bindTo(meters);
    }
  }

  private static double lag(KafkaStreams streams, String topic) {
    return streams.metrics().entrySet().stream()
        .filter(metric -> isLag(metric.getKey(), topic))
        .mapToDouble(metric -> value(metric.getValue()))
        .sum();
  }

  private static boolean isLag(MetricName name, String topic) {
    return name.name().equals(LAG) && topic.equals(name.tags().get("topic"));
  }

  /// Not a number before the first records of a partition.
  private static double value(Metric metric) {
    double value = ((Number) metric.metricValue()).doubleValue();
    return Double.isNaN(value) ? 0 : value;
  }

  @Override
  public void close() {
    clients.close();
  }
}
