package dev.halcyon.services.common;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.jboss.logging.Logger;

/// Takes the records that no retry helps: logs each, counts it, and puts it on its topic of dead
/// letters.
public final class DeadLetters implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(DeadLetters.class);

  private final Supplier<Producer<byte[], byte[]>> producers;
  private final MeterRegistry meters;
  private volatile boolean ending;
  private Producer<byte[], byte[]> producer;

  /// @param producers makes the producer, with the first dead letter
  public DeadLetters(Supplier<Producer<byte[], byte[]>> producers, MeterRegistry meters) {
    this.producers = producers;
    this.meters = meters;
  }

  /// Makes the counters of a topic that the service reads, so that they are there from the start.
  public void expect(String topic) {
    for (DeadLetterReason reason : DeadLetterReason.values()) {
      var _ = counter(topic, reason);
    }
  }

  /// Completes when the broker has the dead letter.
  ///
  /// @param thrown what showed that the record is one
  public CompletableFuture<Void> put(DeadLetter letter, Throwable thrown) {
    log(letter, thrown);
    CompletableFuture<Void> sent = new CompletableFuture<>();
    var _ =
        producer()
            .send(
                letter.toRecord(),
                (_, failure) -> {
                  if (failure == null) {
                    sent.complete(null);
                  } else {
                    sent.completeExceptionally(failure);
                  }
                });
    return sent;
  }

  /// Logs and counts a dead letter that is put elsewhere.
  ///
  /// @param thrown what showed that the record is one
  public void log(DeadLetter letter, Throwable thrown) {
    counter(letter.topic(), letter.reason()).increment();
    if (letter.reason() == DeadLetterReason.BUG) {
      LOG.error(letter.line(), thrown);
    } else {
      LOG.warn(letter.line());
    }
  }

  private Counter counter(String topic, DeadLetterReason reason) {
    return Counter.builder("halcyon.dead.letters")
        .description("Records that failed permanently")
        .tag("topic", topic)
        .tag("reason", reason.label())
        .register(meters);
  }

  private synchronized Producer<byte[], byte[]> producer() {
    if (producer == null) {
      producer = producers.get();
    }
    return producer;
  }

  /// From now on failures may be those of the service's end and not the records'.
  void end() {
    ending = true;
  }

  boolean isEnding() {
    return ending;
  }

  @Override
  public synchronized void close() {
    if (producer != null) {
      producer.close();
    }
  }
}
