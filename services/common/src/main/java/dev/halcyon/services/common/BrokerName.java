package dev.halcyon.services.common;

import java.time.Duration;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.jboss.logging.Logger;

/// Waits until the broker's name resolves. Kafka's clients wait for a broker that does not answer,
/// but cannot be created while none of its names resolves. The DNS of a cluster may learn a name
/// after the service has started.
final class BrokerName {
  private static final Logger LOG = Logger.getLogger(BrokerName.class);
  private static final String UNRESOLVED = "No resolvable bootstrap urls";
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final Object address;
  private final Duration patience;

  /// @param address `bootstrap.servers`, for messages
  BrokerName(Object address, Duration patience) {
    this.address = address;
    this.patience = patience;
  }

  /// Creates a client of Kafka.
  ///
  /// @throws EnvironmentException if the name does not resolve in time, or before SIGTERM
  <T> T await(Supplier<T> client) {
    long start = System.nanoTime();
    for (boolean first = true; ; first = false) {
      try {
        return client.get();
      } catch (KafkaException e) {
        requireUnresolved(e);
        if (System.nanoTime() - start >= patience.toNanos() || HaltLimit.isJvmEnding()) {
          throw new EnvironmentException(message("check kafka.bootstrap.servers"), e);
        }
      }
      if (first) {
        LOG.warn(message("trying again for " + patience.toSeconds() + " s"));
      }
      pause();
    }
  }

  private static void requireUnresolved(KafkaException thrown) {
    if (!(thrown.getCause() instanceof ConfigException cause)
        || !cause.getMessage().startsWith(UNRESOLVED)) {
      throw thrown;
    }
  }

  private String message(String remedy) {
    return "the broker's address %s does not resolve: %s".formatted(address, remedy);
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EnvironmentException("interrupted while resolving the broker's address", e);
    }
  }
}
