package dev.halcyon.services.common;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.Consumer;
import org.jboss.logging.Logger;

/// Looks after the idle partitions of all channels, every few seconds, and at what waits in them.
@ApplicationScoped
class IdlePartitionsBean {
  private static final Logger LOG = Logger.getLogger(IdlePartitionsBean.class);
  private static final int AFTER_ALL_CHANNELS = 10_000;
  private static final int SECONDS_BETWEEN = 5;

  private final KafkaClientService clients;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("idle-partitions").daemon().factory());

  private final MeterRegistry meters;
  private final Map<String, AtomicLong> queued = new ConcurrentHashMap<>();

  IdlePartitionsBean(KafkaClientService clients, MeterRegistry meters) {
    this.clients = clients;
    this.meters = meters;
  }

  void begin(@Observes @Priority(AFTER_ALL_CHANNELS) StartupEvent event) {
    var _ = timer.scheduleWithFixedDelay(this::look, 0, SECONDS_BETWEEN, TimeUnit.SECONDS);
  }

  void end(@Observes @Priority(1) ShutdownEvent event) {
    timer.shutdownNow();
  }

  private void look() {
    for (String channel : clients.getConsumerChannels()) {
      for (KafkaConsumer<Object, Object> consumer : clients.getConsumers(channel)) {
        look(consumer);
      }
    }
  }

  private void look(KafkaConsumer<Object, Object> consumer) {
    DeliveredOffsets delivered =
        DeliveredOffsets.of(
            String.valueOf(consumer.configuration().get(CommonClientConfigs.CLIENT_ID_CONFIG)));
    if (delivered != null) {
      consumer
          .runOnPollingThread((Consumer<Object, Object> polled) -> {
            queued(polled).set(IdlePartitions.commit(polled, delivered));
          })
          .subscribe()
          .with(_ -> {}, failure -> LOG.debugf("idle partitions: %s", failure.getMessage()));
    }
  }

  /// Every channel reads one topic.
  private AtomicLong queued(Consumer<?, ?> consumer) {
    return queued.computeIfAbsent(consumer.subscription().iterator().next(), this::register);
  }

  private AtomicLong register(String topic) {
    AtomicLong records = new AtomicLong();
    Gauge.builder("halcyon.queue.records", records, AtomicLong::doubleValue)
        .description("Records that wait or are being processed, in the partitions of this service")
        .tag("topic", topic)
        .register(meters);
    return records;
  }
}
