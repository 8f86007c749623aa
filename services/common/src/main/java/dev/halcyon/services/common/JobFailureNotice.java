package dev.halcyon.services.common;

import dev.halcyon.contracts.job.Failure;
import dev.halcyon.contracts.job.JobEvent;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// Says by an event that the job of a record has failed.
///
/// @param service that says so
/// @param events sends an event
public record JobFailureNotice(String service, Function<JobEvent, CompletableFuture<Void>> events)
    implements RecordReceiver.FailureNotice {
  @Override
  public Optional<String> subject(ConsumerRecord<String, byte[]> record) {
    return reference(record).map(job -> "job " + job.jobId());
  }

  @Override
  public CompletableFuture<Void> failed(ConsumerRecord<String, byte[]> record, Failure failure) {
    return reference(record)
        .map(job -> events.apply(JobEvent.failed(job.jobId(), job.attempt(), service, failure)))
        .orElseGet(() -> CompletableFuture.completedFuture(null));
  }

  private static Optional<JobReference> reference(ConsumerRecord<String, byte[]> record) {
    return JobReference.of(record.key(), record.value());
  }
}
