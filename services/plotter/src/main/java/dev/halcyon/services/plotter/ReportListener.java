package dev.halcyon.services.plotter;

import dev.halcyon.contracts.InvalidMessageException;
import dev.halcyon.contracts.JobEvent;
import dev.halcyon.contracts.Json;
import dev.halcyon.contracts.ReportReady;
import dev.halcyon.services.common.Failures;
import dev.halcyon.services.common.JobContext;
import dev.halcyon.services.common.RecordSender;
import dev.halcyon.services.common.Transient;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.smallrye.reactive.messaging.annotations.Blocking;
import io.smallrye.reactive.messaging.kafka.Record;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/// Takes reports that are ready and says when their results are.
@Startup
@ApplicationScoped
class ReportListener {
  private static final Logger LOG = Logger.getLogger(ReportListener.class);
  static final String SERVICE = Plotter.SERVICE;

  private final ReportHandler handler;
  private final RecordSender events;
  private final Counter renderings;

  ReportListener(
      ReportHandler handler,
      @Channel("plotter-events") Emitter<Record<String, byte[]>> events,
      MeterRegistry meters) {
    this.handler = handler;
    this.events = new RecordSender(events);
    this.renderings =
        Counter.builder("halcyon.plotter.renderings")
            .description("Times that results were drawn, or found to be drawn")
            .register(meters);
  }

  @Incoming("plotter-reports")
  @Blocking
  void receive(ConsumerRecord<String, byte[]> message) {
    ReportReady ready = read(message.value());
    try (JobContext _ = JobContext.of(ready.jobId())) {
      String renderingId = Transient.retry(() -> handler.handle(ready));
      renderings.increment();
      send(JobEvent.rendered(ready.jobId(), ready.attempt(), renderingId, SERVICE));
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      // A machine without the libraries that draw text fails with an error of the linker.
      send(JobEvent.failed(ready.jobId(), ready.attempt(), SERVICE, Failures.logged(LOG, e)));
      throw e;
    }
  }

  /// Of a record that cannot be read nobody knows the job: only the log can say so.
  private static ReportReady read(byte[] json) {
    try {
      return Json.read(json, ReportReady.class);
    } catch (InvalidMessageException e) {
      Failures.logged(LOG, e);
      throw e;
    }
  }

  private void send(JobEvent event) {
    events.send(event.jobId(), event).join();
  }
}
