package dev.halcyon.services.plotter;

import dev.halcyon.contracts.Topic;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.results.ReportReady;
import dev.halcyon.services.common.DeadLetters;
import dev.halcyon.services.common.JobContext;
import dev.halcyon.services.common.RecordReceiver;
import dev.halcyon.services.common.RecordSender;
import dev.halcyon.services.common.RecordsAtWork;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.smallrye.reactive.messaging.annotations.Blocking;
import io.smallrye.reactive.messaging.kafka.Record;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Acknowledgment;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/// Takes reports that are ready and says when their results are.
@Startup
@ApplicationScoped
class ReportListener {
  static final String SERVICE = Plotter.SERVICE;

  private final ReportHandler handler;
  private final RecordSender events;
  private final RecordReceiver<ReportReady> reports;
  private final Counter renderings;

  ReportListener(
      ReportHandler handler,
      @Channel("plotter-events") Emitter<Record<String, byte[]>> events,
      DeadLetters deadLetters,
      RecordsAtWork atWork,
      MeterRegistry meters) {
    this.handler = handler;
    this.events = new RecordSender(events);
    this.reports =
        new RecordReceiver<>(
            Topic.REPORTS,
            value -> Json.read(value, ReportReady.class),
            new RenderingFailureNotice(this::send),
            deadLetters,
            atWork);
    this.renderings =
        Counter.builder("halcyon.plotter.renderings")
            .description("Renderings of results, including those that already existed")
            .register(meters);
  }

  @Incoming("plotter-reports")
  @Blocking
  @Acknowledgment(Acknowledgment.Strategy.MANUAL)
  CompletionStage<Void> receive(Message<byte[]> message) {
    return reports.receive(message, (ready, _) -> draw(ready));
  }

  private void draw(ReportReady ready) throws IOException {
    try (JobContext _ = JobContext.of(ready.jobId()).attempt(ready.attempt())) {
      String renderingId = handler.handle(ready);
      renderings.increment();
      send(JobEvent.rendered(ready.jobId(), ready.attempt(), renderingId, SERVICE)).join();
    }
  }

  private CompletableFuture<Void> send(JobEvent event) {
    return events.send(event.jobId(), event);
  }
}
