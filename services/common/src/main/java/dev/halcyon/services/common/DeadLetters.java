package dev.halcyon.services.common;

import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.IncomingKafkaRecord;
import io.smallrye.reactive.messaging.kafka.KafkaConnectorIncomingConfiguration;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import io.smallrye.reactive.messaging.kafka.fault.KafkaDeadLetterQueue;
import io.smallrye.reactive.messaging.kafka.fault.KafkaFailureHandler;
import io.vertx.mutiny.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Alternative;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import org.eclipse.microprofile.reactive.messaging.Metadata;

/// Puts records that cannot be processed into the dead letters, as the `dead-letter-queue` strategy
/// it stands for does, save those that the service's end has cut off. The threads of a service that
/// ends take no more work, which is no fault of the records that wait for one: they stay
/// unacknowledged and go to another worker.
@Alternative
@Priority(1)
@ApplicationScoped
@Identifier(KafkaFailureHandler.Strategy.DEAD_LETTER_QUEUE)
class DeadLetters extends KafkaDeadLetterQueue.Factory {
  private volatile boolean ending;

  void end(@Observes @Priority(1) ShutdownEvent event) {
    ending = true;
  }

  @Override
  public KafkaFailureHandler create(
      KafkaConnectorIncomingConfiguration channel,
      Vertx vertx,
      KafkaConsumer<?, ?> consumer,
      BiConsumer<Throwable, Boolean> reportFailure) {
    KafkaFailureHandler queue = super.create(channel, vertx, consumer, reportFailure);
    return new KafkaFailureHandler() {
      @Override
      public <K, V> Uni<Void> handle(
          IncomingKafkaRecord<K, V> message, Throwable reason, Metadata metadata) {
        return isCutOff(reason)
            ? Uni.createFrom().nothing()
            : queue.handle(message, reason, metadata);
      }

      @Override
      public void terminate() {
        queue.terminate();
      }
    };
  }

  private boolean isCutOff(Throwable reason) {
    return ending || reason instanceof RejectedExecutionException;
  }
}
