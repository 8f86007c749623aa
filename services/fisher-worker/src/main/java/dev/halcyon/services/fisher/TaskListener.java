package dev.halcyon.services.fisher;

import dev.halcyon.contracts.Topic;
import dev.halcyon.contracts.job.FisherProgress;
import dev.halcyon.contracts.job.FisherTask;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.results.FisherResult;
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
import java.util.function.Consumer;
import org.eclipse.microprofile.reactive.messaging.Acknowledgment;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/// Takes Fisher tasks. One that cannot be computed fails its job and goes to the dead letters.
@Startup
@ApplicationScoped
class TaskListener {
  static final String SERVICE = FisherWorker.SERVICE;

  private final TaskHandler handler;
  private final Results results;
  private final RecordReceiver<FisherTask> received;
  private final RecordsAtWork atWork;
  private final Counter tasks;
  private final Counter tokens;

  TaskListener(
      TaskHandler handler,
      Results results,
      DeadLetters deadLetters,
      RecordsAtWork atWork,
      MeterRegistry meters) {
    this.handler = handler;
    this.atWork = atWork;
    this.results = results;
    this.received =
        new RecordReceiver<>(
            Topic.FISHER_TASKS,
            value -> Json.read(value, FisherTask.class),
            new JobFailureNotice(SERVICE, results::event),
            deadLetters,
            atWork);
    this.tasks =
        Counter.builder("halcyon.fisher.tasks")
            .description("Fisher tasks that are done")
            .register(meters);
    this.tokens =
        Counter.builder("halcyon.fisher.tokens")
            .description(
                "Tokens that completed the forward and backward pass, including partly done layers")
            .register(meters);
  }

  @Incoming("fisher-tasks")
  @Blocking(value = "fisher", ordered = false)
  @Acknowledgment(Acknowledgment.Strategy.MANUAL)
  CompletionStage<Void> receive(Message<byte[]> message) {
    return received.receive(message, (task, _) -> compute(task));
  }

  private void compute(FisherTask task) throws IOException {
    try (JobContext _ = JobContext.of(task.jobId()).attempt(task.attempt()).model(task.model())) {
      FisherResult result = handler.handle(task, progress(task));
      results.result(result).join();
      tasks.increment();
    }
  }

  private Consumer<FisherProgress> progress(FisherTask task) {
    return new Consumer<>() {
      private long counted;

      @Override
      public void accept(FisherProgress progress) {
        tokens.increment((double) Math.max(0, progress.tokensDone() - counted));
        counted = Math.max(counted, progress.tokensDone());
        atWork.progressed(Topic.FISHER_TASKS.topicName());
        var _ = results.event(JobEvent.progressed(task.jobId(), task.attempt(), progress, SERVICE));
      }
    };
  }
}
