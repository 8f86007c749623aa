package dev.halcyon.services.similarity;

import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.results.TensorResult;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.LocalRoots;
import dev.halcyon.services.common.RecordSender;
import io.smallrye.reactive.messaging.kafka.Record;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.eclipse.microprofile.reactive.messaging.OnOverflow.Strategy;

/// Wires the similarity worker.
@ApplicationScoped
class SimilarityBeans {
  @Produces
  @Singleton
  SimilarityWorker worker(ObjectStore store, SimilarityConfig config, LocalRoots roots) {
    return new SimilarityWorker(
        store, new SimilarityWorker.Settings(config.threads(), config.readAheadBytes(), roots));
  }

  void close(@Disposes SimilarityWorker worker) {
    worker.close();
  }

  @Produces
  @Singleton
  TensorHandler handler(SimilarityWorker worker) {
    return worker.tensors();
  }

  /// Sends on the service's outgoing channels.
  @ApplicationScoped
  static class Channels implements Results {
    private final RecordSender results;
    private final RecordSender events;

    Channels(
        @Channel("similarity-results") @OnOverflow(Strategy.UNBOUNDED_BUFFER)
            Emitter<Record<String, byte[]>> results,
        @Channel("similarity-events") @OnOverflow(Strategy.UNBOUNDED_BUFFER)
            Emitter<Record<String, byte[]>> events) {
      this.results = new RecordSender(results);
      this.events = new RecordSender(events);
    }

    @Override
    public CompletableFuture<Void> result(TensorResult result) {
      return results.send(result.jobId(), result);
    }

    @Override
    public CompletableFuture<Void> event(JobEvent event) {
      return events.send(event.jobId(), event);
    }
  }
}
