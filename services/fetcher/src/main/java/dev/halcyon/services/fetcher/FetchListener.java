package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.FetchTask;
import dev.halcyon.contracts.JobEvent;
import dev.halcyon.contracts.Json;
import dev.halcyon.services.common.Failures;
import dev.halcyon.services.common.JobContext;
import dev.halcyon.services.common.Transient;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/// Takes fetch tasks. One whose tensor cannot be had fails its job and goes to the dead letters.
@ApplicationScoped
class FetchListener {
  private static final Logger LOG = Logger.getLogger(FetchListener.class);

  private final FetchHandler handler;
  private final Announcements announcements;
  private final Counter tensors;
  private final Counter bytes;

  FetchListener(FetchHandler handler, Announcements announcements, MeterRegistry meters) {
    this.handler = handler;
    this.announcements = announcements;
    this.tensors =
        Counter.builder("halcyon.fetcher.tensors")
            .description("Tensors asked for that are in the store now")
            .register(meters);
    this.bytes =
        Counter.builder("halcyon.fetcher.fetched")
            .description("Bytes of tensors that came from the Hub")
            .baseUnit("bytes")
            .register(meters);
  }

  @Incoming("fetcher-fetch-tasks")
  @Blocking(value = "fetch", ordered = false)
  void receive(ConsumerRecord<String, byte[]> message) {
    FetchTask task = Json.read(message.value(), FetchTask.class);
    try (JobContext _ = JobContext.of(task.jobId(), task.subject())) {
      long brought = Transient.retry(() -> handler.handle(task));
      tensors.increment();
      bytes.increment((double) brought);
    } catch (RuntimeException | OutOfMemoryError e) {
      announcements
          .event(
              JobEvent.failed(
                  task.jobId(), task.attempt(), RequestHandler.SERVICE, Failures.logged(LOG, e)))
          .join();
      throw e;
    }
  }
}
