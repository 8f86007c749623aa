package dev.halcyon.services.common;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.Consumer;
import org.jboss.logging.Logger;

/// Looks after the idle partitions of all channels, every few seconds.
@ApplicationScoped
class IdlePartitionsBean {
  private static final Logger LOG = Logger.getLogger(IdlePartitionsBean.class);
  private static final int AFTER_ALL_CHANNELS = 10_000;
  private static final int SECONDS_BETWEEN = 5;

  private final KafkaClientService clients;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("idle-partitions").daemon().factory());

  IdlePartitionsBean(KafkaClientService clients) {
    this.clients = clients;
  }

  void begin(@Observes @Priority(AFTER_ALL_CHANNELS) StartupEvent event) {
    var _ =
        timer.scheduleWithFixedDelay(
            this::look, SECONDS_BETWEEN, SECONDS_BETWEEN, TimeUnit.SECONDS);
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

  private static void look(KafkaConsumer<Object, Object> consumer) {
    DeliveredOffsets delivered =
        DeliveredOffsets.of(
            String.valueOf(consumer.configuration().get(CommonClientConfigs.CLIENT_ID_CONFIG)));
    if (delivered != null) {
      consumer
          .runOnPollingThread(
              (Consumer<Object, Object> polled) -> IdlePartitions.commit(polled, delivered))
          .subscribe()
          .with(_ -> {}, failure -> LOG.debugf("idle partitions: %s", failure.getMessage()));
    }
  }
}
