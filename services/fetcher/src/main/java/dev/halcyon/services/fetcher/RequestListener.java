package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.Topic;
import dev.halcyon.contracts.job.Failure;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.store.Digest;
import dev.halcyon.services.common.DeadLetters;
import dev.halcyon.services.common.RecordReceiver;
import dev.halcyon.services.common.RecordsAtWork;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Acknowledgment;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/// Takes compare requests, several at once; one that cannot become a job is rejected by an event
/// and goes to the dead letters.
@Startup
@ApplicationScoped
class RequestListener {
  private static final int ID_LENGTH = 16;
  private static final int LONGEST_ID = 256;

  private final RequestHandler handler;
  private final Announcements announcements;
  private final RecordReceiver<byte[]> requests;
  private final Counter accepted;
  private final Counter rejected;

  RequestListener(
      RequestHandler handler,
      Announcements announcements,
      DeadLetters deadLetters,
      RecordsAtWork atWork,
      MeterRegistry meters) {
    this.handler = handler;
    this.announcements = announcements;
    this.requests =
        new RecordReceiver<>(
            Topic.COMPARE_REQUESTS, value -> value, new Rejection(), deadLetters, atWork);
    this.accepted = requests(meters, "accepted");
    this.rejected = requests(meters, "rejected");
  }

  private static Counter requests(MeterRegistry meters, String outcome) {
    return Counter.builder("halcyon.fetcher.requests")
        .description("Compare requests, by outcome")
        .tag("outcome", outcome)
        .register(meters);
  }

  @Incoming("fetcher-requests")
  @Blocking(value = "plan", ordered = false)
  @Acknowledgment(Acknowledgment.Strategy.MANUAL)
  CompletionStage<Void> receive(Message<byte[]> message) {
    return requests.receive(
        message,
        (request, record) -> {
          handler.handle(requestId(record).orElseThrow(), request);
          accepted.increment();
        });
  }

  /// The record's key, or a digest of its value where the publisher gave none that can be a name.
  private static Optional<String> requestId(ConsumerRecord<String, byte[]> request) {
    return Optional.ofNullable(request.key())
        .filter(key -> !key.isBlank() && key.length() <= LONGEST_ID)
        .or(() ->
            Optional.ofNullable(request.value())
                .map(value -> Digest.sha256(value).substring(0, ID_LENGTH)));
  }

  private final class Rejection implements RecordReceiver.FailureNotice {
    @Override
    public Optional<String> subject(ConsumerRecord<String, byte[]> request) {
      return requestId(request).map(id -> "request " + id);
    }

    @Override
    public CompletableFuture<Void> failed(ConsumerRecord<String, byte[]> request, Failure failure) {
      rejected.increment();
      return requestId(request)
          .map(id -> announcements.event(JobEvent.rejected(id, RequestHandler.SERVICE, failure)))
          .orElseGet(() -> CompletableFuture.completedFuture(null));
    }
  }
}
