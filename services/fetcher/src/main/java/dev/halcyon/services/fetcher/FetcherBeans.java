package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.Topic;
import dev.halcyon.contracts.job.FetchTask;
import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.job.JobPlan;
import dev.halcyon.contracts.job.TensorReady;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.RecordSender;
import dev.halcyon.services.common.RecordsAtWork;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.reactive.messaging.kafka.Record;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.eclipse.microprofile.reactive.messaging.OnOverflow.Strategy;

/// Wires the fetcher.
@ApplicationScoped
class FetcherBeans {
  @Produces
  @Singleton
  Fetcher fetcher(
      ObjectStore store,
      FetcherConfig config,
      Announcements announcements,
      RecordsAtWork atWork,
      MeterRegistry meters) {
    return new Fetcher(
        store,
        new Fetcher.Settings(
            config.localRoots().orElse(List.of()),
            config.hubCacheInPlace(),
            config.fisherRate(),
            config.fisherTaskTime(),
            config.window()),
        announcements,
        new HubMeters(
            new HubLog(), meters, () -> atWork.progressed(Topic.FETCH_TASKS.topicName())));
  }

  void close(@Disposes Fetcher fetcher) {
    fetcher.close();
  }

  @Produces
  @Singleton
  RequestHandler requestHandler(Fetcher fetcher) {
    return fetcher.requests();
  }

  @Produces
  @Singleton
  FetchHandler fetchHandler(Fetcher fetcher) {
    return fetcher.fetches();
  }

  /// Announces on the service's outgoing channels.
  @ApplicationScoped
  static class Channels implements Announcements {
    private final RecordSender plans;
    private final RecordSender fetchTasks;
    private final RecordSender tensors;
    private final RecordSender events;

    Channels(
        @Channel("fetcher-plans") @OnOverflow(Strategy.UNBOUNDED_BUFFER)
            Emitter<Record<String, byte[]>> plans,
        @Channel("fetcher-fetches") @OnOverflow(Strategy.UNBOUNDED_BUFFER)
            Emitter<Record<String, byte[]>> fetchTasks,
        @Channel("fetcher-tensors") @OnOverflow(Strategy.UNBOUNDED_BUFFER)
            Emitter<Record<String, byte[]>> tensors,
        @Channel("fetcher-events") @OnOverflow(Strategy.UNBOUNDED_BUFFER)
            Emitter<Record<String, byte[]>> events) {
      this.plans = new RecordSender(plans);
      this.fetchTasks = new RecordSender(fetchTasks);
      this.tensors = new RecordSender(tensors);
      this.events = new RecordSender(events);
    }

    @Override
    public CompletableFuture<Void> plan(JobPlan plan) {
      return plans.send(plan.jobId(), plan);
    }

    /// Keyed by the object, so that tasks for the same bytes come one after the other.
    @Override
    public CompletableFuture<Void> fetch(FetchTask.Download task) {
      return fetchTasks.send(task.target().key(), task);
    }

    /// Keyed by job and tensor, so that a job's tensors spread over the workers.
    @Override
    public CompletableFuture<Void> tensor(TensorReady tensor) {
      return tensors.send(tensor.jobId() + "/" + tensor.tensor().tensor(), tensor);
    }

    @Override
    public CompletableFuture<Void> event(JobEvent event) {
      return events.send(event.jobId(), event);
    }
  }
}
