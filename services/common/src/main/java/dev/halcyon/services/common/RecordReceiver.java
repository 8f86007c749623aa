package dev.halcyon.services.common;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.halcyon.contracts.Topic;
import dev.halcyon.contracts.job.Failure;
import dev.halcyon.services.common.RecordsAtWork.Outcome;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/// Takes a topic's records: has each read, worked on and acknowledged. One that cannot be read, or
/// whose work fails, is said to have failed, goes to the dead letters and is acknowledged too: no
/// record stops a service.
///
/// What the service's end cuts off is neither done nor failed. Its record stays unacknowledged and
/// goes to another instance.
///
/// @param <T> type of the messages
public final class RecordReceiver<T> {
  private static final Logger LOG = Logger.getLogger(RecordReceiver.class);

  private final Topic topic;
  private final Function<byte[], T> reader;
  private final FailureNotice notice;
  private final DeadLetters deadLetters;
  private final RecordsAtWork atWork;

  /// @param reader turns a record's value into the message
  public RecordReceiver(
      Topic topic,
      Function<byte[], T> reader,
      FailureNotice notice,
      DeadLetters deadLetters,
      RecordsAtWork atWork) {
    this.topic = topic;
    this.reader = reader;
    this.notice = notice;
    this.deadLetters = deadLetters;
    this.atWork = atWork;
    deadLetters.expect(topic.topicName());
    atWork.expect(topic.topicName());
  }

  /// What is done with a message; tried again where a failure may pass.
  ///
  /// @param <T> type of the message
  public interface Work<T> {
    void on(T message, ConsumerRecord<String, byte[]> record) throws IOException;
  }

  /// Says to others that a record has come to nothing.
  public interface FailureNotice {
    /// The request or job that a record belongs to, if known.
    Optional<String> subject(ConsumerRecord<String, byte[]> record);

    /// Completes when the broker has the notice; at once if there is no job to notify.
    CompletableFuture<Void> failed(ConsumerRecord<String, byte[]> record, Failure failure);
  }

  /// Works on a record; completes when it is acknowledged, or is left to another instance. One that
  /// is left stays on the list of records at work. Once the service ends, no record begins.
  public CompletionStage<Void> receive(Message<byte[]> message, Work<T> work) {
    return atWork.gate().enter()
        ? begin(message, work).whenComplete((_, _) -> atWork.gate().leave())
        : CompletableFuture.completedFuture(null);
  }

  private CompletionStage<Void> begin(Message<byte[]> message, Work<T> work) {
    ConsumerRecord<String, byte[]> record = record(message);
    RecordsAtWork.Entry entry = atWork.begin(record);
    Optional<Outcome> outcome = outcome(record, work);
    outcome.ifPresent(entry::end);
    return outcome.isPresent() ? message.ack() : CompletableFuture.completedFuture(null);
  }

  @SuppressWarnings("unchecked")
  private static ConsumerRecord<String, byte[]> record(Message<byte[]> message) {
    return (ConsumerRecord<String, byte[]>)
        message.getMetadata(IncomingKafkaRecordMetadata.class).orElseThrow().getRecord();
  }

  /// How the work ended; empty where the record is left.
  private Optional<Outcome> outcome(ConsumerRecord<String, byte[]> record, Work<T> work) {
    try {
      T message = reader.apply(RecordValues.require(record.value()));
      Transient.retry(() -> {
        work.on(message, record);
        return message;
      });
      return Optional.of(Outcome.DONE);
    } catch (AttemptEndedException e) {
      LOG.info(e.getMessage());
      return Optional.of(Outcome.SKIPPED);
    } catch (Throwable e) {
      return isCutOff(e) || !isBuried(record, e) ? Optional.empty() : Optional.of(Outcome.FAILED);
    }
  }

  private boolean isBuried(ConsumerRecord<String, byte[]> record, Throwable thrown) {
    DeadLetter letter = letter(record, thrown);
    try (JobContext _ = context(record)) {
      notice.failed(record, Failures.of(thrown)).join();
      deadLetters.put(letter, thrown).join();
      return true;
    } catch (RuntimeException e) {
      LOG.errorf(
          e, "%s; the record is read again after a restart, because this failed", letter.line());
      return false;
    }
  }

  private static JobContext context(ConsumerRecord<String, byte[]> record) {
    return JobReference.of(record.key(), record.value())
        .map(job -> JobContext.of(job.jobId()).attempt(job.attempt()))
        .orElseGet(JobContext::none);
  }

  private DeadLetter letter(ConsumerRecord<String, byte[]> record, Throwable thrown) {
    return new DeadLetter(
        new DeadLetter.Place(topic.topicName(), record.partition(), record.offset()),
        record.key() == null ? null : record.key().getBytes(UTF_8),
        record.value(),
        thrown,
        notice.subject(record));
  }

  private boolean isCutOff(Throwable thrown) {
    return deadLetters.isEnding() || Thread.interrupted() || isInterruption(thrown);
  }

  private static boolean isInterruption(Throwable thrown) {
    return switch (thrown) {
      case null -> false;
      case InterruptedException _ -> true;
      case InterruptedIOException e when !(e instanceof SocketTimeoutException) -> true;
      case ClosedByInterruptException _ -> true;
      default -> isInterruption(thrown.getCause());
    };
  }
}
