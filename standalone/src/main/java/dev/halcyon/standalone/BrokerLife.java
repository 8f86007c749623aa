package dev.halcyon.standalone;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.event.Observes;

/// Ties the broker to the services: they wait for it before they use it, and it stops once they
/// have stopped using it, because a client whose broker is gone waits for it instead of stopping.
@ApplicationScoped
class BrokerLife {
  private static final int BEFORE_ALL_CLIENTS = -10_000;
  private static final int AFTER_ALL_CHANNELS = 10_000;

  void await(@Observes @Priority(BEFORE_ALL_CLIENTS) StartupEvent event) {
    EmbeddedServices.awaitBroker();
  }

  void stop(
      @Observes @Priority(AFTER_ALL_CHANNELS) @BeforeDestroyed(ApplicationScoped.class)
          Object event) {
    EmbeddedServices.stopBroker();
  }
}
