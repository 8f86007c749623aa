package dev.halcyon.standalone;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.event.Observes;

/// Stops the broker once the services have stopped using it: a client whose broker is gone waits
/// for it instead of stopping.
@ApplicationScoped
class BrokerStop {
  private static final int AFTER_ALL_CHANNELS = 10_000;

  void stop(
      @Observes @Priority(AFTER_ALL_CHANNELS) @BeforeDestroyed(ApplicationScoped.class)
          Object event) {
    LocalServices.stopBroker();
  }
}
