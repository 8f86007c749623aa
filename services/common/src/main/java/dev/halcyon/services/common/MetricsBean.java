package dev.halcyon.services.common;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.Set;

/// Wires the metrics that all services have.
@ApplicationScoped
class MetricsBean {
  private static final String KAFKA = "kafka.";

  /// Of the hundreds that each client has.
  private static final Set<String> KEPT_OF_KAFKA =
      Set.of(
          "kafka.consumer.connection.count",
          "kafka.consumer.coordinator.assigned.partitions",
          "kafka.consumer.coordinator.rebalance.total",
          "kafka.consumer.fetch.manager.bytes.consumed.total",
          "kafka.consumer.fetch.manager.records.consumed.total",
          "kafka.consumer.fetch.manager.records.lag",
          "kafka.consumer.last.poll.seconds.ago",
          "kafka.producer.connection.count",
          "kafka.producer.outgoing.byte.total",
          "kafka.producer.record.error.total",
          "kafka.producer.record.retry.total",
          "kafka.producer.record.send.total");

  @Produces
  @Singleton
  MeterFilter kafkaMetrics() {
    return MeterFilter.deny(MetricsBean::isLeftOut);
  }

  static boolean isLeftOut(Meter.Id meter) {
    return meter.getName().startsWith(KAFKA) && !KEPT_OF_KAFKA.contains(meter.getName());
  }

  void exportDisk(@Observes StartupEvent event, MeterRegistry meters) {
    new DiskMeters(meters).export("temporary", Path.of(System.getProperty("java.io.tmpdir")));
  }
}
