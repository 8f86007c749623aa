package dev.halcyon.services.common;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Wires what receivers of records need.
@ApplicationScoped
class DeadLetterBean {
  @Produces
  @Singleton
  DeadLetters deadLetters(
      @Identifier("default-kafka-broker") Map<String, Object> kafka, MeterRegistry meters) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Long.MAX_VALUE);
    return new DeadLetters(
        () -> new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()),
        meters);
  }

  @Produces
  @Singleton
  RecordsAtWork atWork(MeterRegistry meters) {
    return new RecordsAtWork(meters);
  }

  void end(@Observes @Priority(1) ShutdownEvent event, DeadLetters letters) {
    letters.end();
  }

  void close(@Disposes DeadLetters letters) {
    letters.close();
  }
}
