package dev.halcyon.services.common;

import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.apache.kafka.clients.consumer.Consumer;
import org.jboss.logging.Logger;

/// Ends the service in order: no record begins any more, and those at work have a period of grace
/// to be done. What is not done then stays unacknowledged for another instance: the worker pools
/// interrupt it (`smallrye.messaging.worker.*.shutdown-timeout`), and the consumers leave their
/// groups.
@ApplicationScoped
class ShutdownBean {
  private static final Logger LOG = Logger.getLogger(ShutdownBean.class);

  private final ShutdownConfig config;
  private final KafkaClientService clients;
  private final RecordsAtWork atWork;

  ShutdownBean(ShutdownConfig config, KafkaClientService clients, RecordsAtWork atWork) {
    this.config = config;
    this.clients = clients;
    this.atWork = atWork;
  }

  /// Before anything else ends.
  void end(@Observes @Priority(0) ShutdownEvent event) {
    HaltLimit.arm(config.grace().plus(config.close()));
    clients.getConsumerChannels().forEach(this::pause);
    try {
      int left = atWork.gate().close(config.grace());
      if (left > 0) {
        LOG.warnf(
            "records left to other instances: %d; they were not done within"
                + " halcyon.shutdown.grace=%s",
            left, config.grace());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// What is not asked for need not be left.
  private void pause(String channel) {
    for (KafkaConsumer<Object, Object> consumer : clients.getConsumers(channel)) {
      consumer
          .runOnPollingThread(
              (Consumer<Object, Object> polled) -> polled.pause(polled.assignment()))
          .subscribe()
          .with(_ -> {}, failure -> LOG.debugf("pausing %s: %s", channel, failure.getMessage()));
    }
  }
}
