package dev.halcyon.services.plotter;

import dev.halcyon.contracts.job.Failure;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.json.InvalidMessageException;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.results.ReportReady;
import dev.halcyon.services.common.JobFailureNotice;
import dev.halcyon.services.common.RecordReceiver;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// Says by an event which rendering of a job could not be drawn.
record RenderingFailureNotice(Function<JobEvent, CompletableFuture<Void>> events)
    implements RecordReceiver.FailureNotice {
  @Override
  public Optional<String> subject(ConsumerRecord<String, byte[]> record) {
    return ofJob().subject(record);
  }

  @Override
  public CompletableFuture<Void> failed(ConsumerRecord<String, byte[]> record, Failure failure) {
    try {
      ReportReady ready = Json.read(record.value(), ReportReady.class);
      return events.apply(
          JobEvent.notRendered(
              ready.jobId(),
              ready.attempt(),
              ready.rendering().id(),
              ReportListener.SERVICE,
              failure));
    } catch (InvalidMessageException _) {
      return ofJob().failed(record, failure);
    }
  }

  private JobFailureNotice ofJob() {
    return new JobFailureNotice(ReportListener.SERVICE, events);
  }
}
