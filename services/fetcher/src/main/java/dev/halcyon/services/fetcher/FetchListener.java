package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.Topic;
import dev.halcyon.contracts.job.FetchTask;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.services.common.DeadLetters;
import dev.halcyon.services.common.JobContext;
import dev.halcyon.services.common.JobFailureNotice;
import dev.halcyon.services.common.RecordReceiver;
import dev.halcyon.services.common.RecordsAtWork;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.reactive.messaging.Acknowledgment;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/// Takes fetch tasks. One whose tensor cannot be had fails its job and goes to the dead letters.
@Startup
@ApplicationScoped
class FetchListener {
  private final FetchHandler handler;
  private final RecordReceiver<FetchTask> tasks;
  private final Counter tensors;
  private final Counter bytes;

  FetchListener(
      FetchHandler handler,
      Announcements announcements,
      DeadLetters deadLetters,
      RecordsAtWork atWork,
      MeterRegistry meters) {
    this.handler = handler;
    this.tasks =
        new RecordReceiver<>(
            Topic.FETCH_TASKS,
            value -> Json.read(value, FetchTask.class),
            new JobFailureNotice(RequestHandler.SERVICE, announcements::event),
            deadLetters,
            atWork);
    this.tensors =
        Counter.builder("halcyon.fetcher.tensors")
            .description("Requested tensors that are in the store")
            .register(meters);
    this.bytes =
        Counter.builder("halcyon.fetcher.fetched")
            .description("Bytes of tensors downloaded from the Hub")
            .baseUnit("bytes")
            .register(meters);
  }

  @Incoming("fetcher-fetch-tasks")
  @Blocking(value = "fetch", ordered = false)
  @Acknowledgment(Acknowledgment.Strategy.MANUAL)
  CompletionStage<Void> receive(Message<byte[]> message) {
    return tasks.receive(message, (task, _) -> fetch(task));
  }

  private static JobContext context(FetchTask task) {
    JobContext job = JobContext.of(task.jobId()).attempt(task.attempt());
    return switch (task) {
      case FetchTask.Download download -> job.model(download.model()).tensor(download.subject());
      case FetchTask.Slice _ -> job;
    };
  }

  private void fetch(FetchTask task) throws IOException {
    try (JobContext _ = context(task)) {
      long brought = handler.handle(task);
      if (task instanceof FetchTask.Download) {
        tensors.increment();
      }
      bytes.increment((double) brought);
    }
  }
}
