package dev.halcyon.services.fisher;

import dev.halcyon.contracts.FisherResult;
import dev.halcyon.contracts.JobEvent;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.EnvironmentException;
import dev.halcyon.services.common.Failures;
import dev.halcyon.services.common.RecordSender;
import dev.halcyon.transformer.MemoryBudget;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.reactive.messaging.kafka.Record;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.eclipse.microprofile.reactive.messaging.OnOverflow.Strategy;

/// Wires the Fisher worker.
@ApplicationScoped
class FisherBeans {
  @Produces
  @Singleton
  TaskHandler handler(ObjectStore store, FisherConfig config) {
    Machine machine =
        new Machine(
            config.device(),
            config.threads().orElse(Runtime.getRuntime().availableProcessors()),
            budget(config));
    return TaskHandler.on(store, machine);
  }

  private static MemoryBudget budget(FisherConfig config) {
    MemoryBudget standard = MemoryBudget.standard();
    Path folder = config.temporaryFolder().orElse(standard.folder());
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new EnvironmentException(
          "cannot make the folder %s (halcyon.fisher.temporary-folder): %s"
              .formatted(folder, Failures.of(e).message()),
          e);
    }
    return new MemoryBudget(
        config.memory().map(MemorySize::asLongValue).orElse(standard.memory()),
        config.disk().map(MemorySize::asLongValue).orElse(standard.disk()),
        folder,
        config.batchSize().orElse(standard.samples()));
  }

  /// Sends on the service's outgoing channels.
  @ApplicationScoped
  static class Channels implements Results {
    private final RecordSender results;
    private final RecordSender events;

    Channels(
        @Channel("fisher-results") @OnOverflow(Strategy.UNBOUNDED_BUFFER)
            Emitter<Record<String, byte[]>> results,
        @Channel("fisher-events") @OnOverflow(Strategy.UNBOUNDED_BUFFER)
            Emitter<Record<String, byte[]>> events) {
      this.results = new RecordSender(results);
      this.events = new RecordSender(events);
    }

    @Override
    public CompletableFuture<Void> result(FisherResult result) {
      return results.send(result.jobId(), result);
    }

    @Override
    public CompletableFuture<Void> event(JobEvent event) {
      return events.send(event.jobId(), event);
    }
  }
}
