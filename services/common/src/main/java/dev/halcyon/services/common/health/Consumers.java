package dev.halcyon.services.common.health;

import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/// The consumers of all incoming channels.
@ApplicationScoped
class Consumers {
  private static final String POLLED = "last-poll-seconds-ago";

  private final KafkaClientService clients;

  Consumers(KafkaClientService clients) {
    this.clients = clients;
  }

  /// Asks all consumers whether they are members of their groups: such a one has partitions, or
  /// gets the next that become free.
  ///
  /// @throws IllegalStateException where one is not
  void requireMembership(Duration patience) {
    List<String> outside = channels(consumer -> !isMember(consumer, patience));
    if (!outside.isEmpty()) {
      throw new IllegalStateException("in no consumer group yet: " + String.join(", ", outside));
    }
  }

  private static boolean isMember(KafkaConsumer<Object, Object> consumer, Duration patience) {
    return consumer
        .runOnPollingThread((Consumer<Object, Object> polled) ->
            !polled.assignment().isEmpty() || polled.groupMetadata().generationId() >= 0)
        .await()
        .atMost(patience);
  }

  /// The channels that have failed: they no longer ask the broker for records, and nothing but a
  /// new start makes them ask.
  ///
  /// @param limit without asking
  List<String> failed(Duration limit) {
    return channels(consumer -> isSilent(consumer.unwrap(), limit));
  }

  /// A consumer that was closed is gone.
  private static boolean isSilent(Consumer<?, ?> consumer, Duration limit) {
    return consumer == null
        || consumer.metrics().entrySet().stream()
            .filter(metric -> isPolled(metric.getKey()))
            .mapToDouble(metric -> seconds(metric.getValue()))
            .anyMatch(seconds -> seconds > limit.toSeconds());
  }

  private static boolean isPolled(MetricName name) {
    return name.name().equals(POLLED);
  }

  private static double seconds(Metric metric) {
    return ((Number) metric.metricValue()).doubleValue();
  }

  private List<String> channels(Predicate<KafkaConsumer<Object, Object>> wanted) {
    List<String> found = new ArrayList<>();
    for (String channel : clients.getConsumerChannels()) {
      if (clients.getConsumers(channel).stream().anyMatch(wanted)) {
        found.add(channel);
      }
    }
    return found;
  }
}
