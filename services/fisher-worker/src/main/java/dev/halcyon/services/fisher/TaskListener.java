package dev.halcyon.services.fisher;

import dev.halcyon.contracts.FisherProgress;
import dev.halcyon.contracts.FisherResult;
import dev.halcyon.contracts.FisherTask;
import dev.halcyon.contracts.JobEvent;
import dev.halcyon.contracts.Json;
import dev.halcyon.services.common.Failures;
import dev.halcyon.services.common.JobContext;
import dev.halcyon.services.common.Transient;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/// Takes Fisher tasks. One that cannot be computed fails its job and goes to the dead letters.
@ApplicationScoped
class TaskListener {
  private static final Logger LOG = Logger.getLogger(TaskListener.class);
  static final String SERVICE = FisherWorker.SERVICE;

  private final TaskHandler handler;
  private final Results results;
  private final Counter tasks;
  private final Counter tokens;

  TaskListener(TaskHandler handler, Results results, MeterRegistry meters) {
    this.handler = handler;
    this.results = results;
    this.tasks =
        Counter.builder("halcyon.fisher.tasks")
            .description("Fisher tasks that are done")
            .register(meters);
    this.tokens =
        Counter.builder("halcyon.fisher.tokens")
            .description("Tokens that went forward and backward, partly done layers included")
            .register(meters);
  }

  @Incoming("fisher-tasks")
  @Blocking(value = "fisher", ordered = false)
  void receive(ConsumerRecord<String, byte[]> message) {
    FisherTask task = Json.read(message.value(), FisherTask.class);
    try (JobContext _ = JobContext.of(task.jobId(), task.model())) {
      FisherResult result = Transient.retry(() -> handler.handle(task, progress(task)));
      results.result(result).join();
      tasks.increment();
    } catch (InterruptedTaskException _) {
      awaitTheEnd();
    } catch (RuntimeException | OutOfMemoryError e) {
      results
          .event(JobEvent.failed(task.jobId(), task.attempt(), SERVICE, Failures.logged(LOG, e)))
          .join();
      throw e;
    }
  }

  private Consumer<FisherProgress> progress(FisherTask task) {
    return new Consumer<>() {
      private long counted;

      @Override
      public void accept(FisherProgress progress) {
        tokens.increment((double) Math.max(0, progress.tokensDone() - counted));
        counted = Math.max(counted, progress.tokensDone());
        var _ = results.event(JobEvent.progressed(task.jobId(), task.attempt(), progress, SERVICE));
      }
    };
  }

  /// A task that the service's end cuts off is neither done nor failed: unless this returns or
  /// throws, its record stays unacknowledged and goes to another worker.
  private static void awaitTheEnd() {
    while (true) {
      LockSupport.parkNanos(Long.MAX_VALUE);
    }
  }
}
