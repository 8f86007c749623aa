package dev.halcyon.services.similarity;

import dev.halcyon.analysis.similarity.SimilarityAnalysis;
import dev.halcyon.contracts.JobEvent;
import dev.halcyon.contracts.TensorResult;
import dev.halcyon.objectstore.ObjectStore;
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
  SimilarityAnalysis analysis(SimilarityConfig config) {
    return new SimilarityAnalysis(threads(config));
  }

  private static int threads(SimilarityConfig config) {
    return config.threads().orElse(Runtime.getRuntime().availableProcessors());
  }

  void close(@Disposes SimilarityAnalysis analysis) {
    analysis.close();
  }

  @Produces
  @Singleton
  TensorHandler handler(ObjectStore store, SimilarityAnalysis analysis, SimilarityConfig config) {
    ReadAheadMemory memory =
        new ReadAheadMemory(config.readAheadBytes().orElse(Runtime.getRuntime().maxMemory() / 2));
    StoreTensors stored = new StoreTensors(store, memory, threads(config));
    return new TensorHandler(new TensorSources(stored), analysis::compare);
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
