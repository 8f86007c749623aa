package dev.halcyon.services.common;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/// Creates the topics before any channel asks for them, and those of dead letters, which none
/// reads, while the channels are set up. Every setting below `kafka.` is the client's.
@ApplicationScoped
class TopicStartup {
  private static final int AFTER_ALL_CHANNELS = 10_000;
  private static final Duration NAME_PATIENCE = Duration.ofMinutes(2);

  private final TopicsConfig config;
  private final Map<String, Object> kafka;
  private Admin admin;
  private TopicCreator.Creation deadLetters;

  TopicStartup(TopicsConfig config, @Identifier("default-kafka-broker") Map<String, Object> kafka) {
    this.config = config;
    this.kafka = kafka;
  }

  void create(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
    BrokerName name = new BrokerName(kafka.get("bootstrap.servers"), NAME_PATIENCE);
    admin = name.await(() -> Admin.create(kafka));
    TopicCreator creator = new TopicCreator(admin, config.replicationFactor());
    creator.create(TopicCatalogue.topics(config.workPartitions(), config.jobPartitions()));
    creator.askForCoordinators();
    deadLetters = creator.begin(TopicCatalogue.deadLetters());
  }

  /// The service is up when nothing is missing.
  void finish(@Observes @Priority(AFTER_ALL_CHANNELS) StartupEvent event) {
    deadLetters.await();
    admin.close(Duration.ZERO);
  }
}
