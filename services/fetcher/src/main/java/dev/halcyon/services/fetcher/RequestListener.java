package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.Digest;
import dev.halcyon.contracts.JobEvent;
import dev.halcyon.services.common.Failures;
import dev.halcyon.services.common.Transient;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/// Takes compare requests; one that cannot become a job is rejected by an event and goes to the
/// dead letters.
@Startup
@ApplicationScoped
class RequestListener {
  private static final Logger LOG = Logger.getLogger(RequestListener.class);
  private static final int ID_LENGTH = 16;

  private final RequestHandler handler;
  private final Announcements announcements;
  private final Counter accepted;
  private final Counter rejected;

  RequestListener(RequestHandler handler, Announcements announcements, MeterRegistry meters) {
    this.handler = handler;
    this.announcements = announcements;
    this.accepted = requests(meters, "accepted");
    this.rejected = requests(meters, "rejected");
  }

  private static Counter requests(MeterRegistry meters, String outcome) {
    return Counter.builder("halcyon.fetcher.requests")
        .description("Compare requests, by whether they became a job (a new one or one that was)")
        .tag("outcome", outcome)
        .register(meters);
  }

  @Incoming("fetcher-requests")
  @Blocking
  void receive(ConsumerRecord<String, byte[]> request) {
    String requestId = requestId(request);
    try {
      Transient.retry(() -> {
        handler.handle(requestId, request.value());
        return requestId;
      });
      accepted.increment();
    } catch (RuntimeException e) {
      announcements
          .event(JobEvent.rejected(requestId, RequestHandler.SERVICE, Failures.logged(LOG, e)))
          .join();
      rejected.increment();
      throw e;
    }
  }

  /// The record's key, or a digest of its value where the publisher gave none.
  private static String requestId(ConsumerRecord<String, byte[]> request) {
    return request.key() == null || request.key().isBlank()
        ? Digest.sha256(request.value()).substring(0, ID_LENGTH)
        : request.key();
  }
}
