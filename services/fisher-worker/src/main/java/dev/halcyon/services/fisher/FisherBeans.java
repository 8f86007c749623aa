package dev.halcyon.services.fisher;

import dev.halcyon.contracts.job.JobEvent;
import dev.halcyon.contracts.results.FisherResult;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.DiskMeters;
import dev.halcyon.services.common.LocalRoots;
import dev.halcyon.services.common.RecordSender;
import dev.halcyon.transformer.DeviceMemory;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.reactive.messaging.kafka.Record;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToLongFunction;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.eclipse.microprofile.reactive.messaging.OnOverflow.Strategy;

/// Wires the Fisher worker.
@ApplicationScoped
class FisherBeans {
  @Produces
  @Singleton
  FisherWorker worker(ObjectStore store, ObjectReads reads, FisherConfig config, LocalRoots roots) {
    return new FisherWorker(
        store,
        reads,
        new FisherWorker.Settings(
            config.device(),
            config.threads(),
            bytes(config.memory()),
            bytes(config.disk()),
            config.temporaryFolder(),
            config.batchSize(),
            roots));
  }

  private static OptionalLong bytes(Optional<MemorySize> size) {
    return size.map(given -> OptionalLong.of(given.asLongValue())).orElseGet(OptionalLong::empty);
  }

  void exportMachine(@Observes StartupEvent event, FisherConfig config, MeterRegistry meters) {
    Gauge.builder("halcyon.fisher.device", () -> 1)
        .description("1 for the device that the worker computes on")
        .tag("device", config.device())
        .register(meters);
    memory("used", "GPU memory in use, by any process", config, meters, DeviceMemory::used);
    memory("size", "GPU memory", config, meters, DeviceMemory::total);
    config
        .temporaryFolder()
        .ifPresent(folder -> new DiskMeters(meters).export("fisher-temporary", folder));
  }

  private static void memory(
      String what,
      String description,
      FisherConfig config,
      MeterRegistry meters,
      ToLongFunction<DeviceMemory> value) {
    Gauge.builder(
            "halcyon.fisher.gpu.memory." + what,
            () -> value.applyAsLong(DeviceMemory.of(config.device())))
        .description(description + "; 0 before its first use, and without one")
        .baseUnit("bytes")
        .tag("device", config.device())
        .register(meters);
  }

  @Produces
  @Singleton
  TaskHandler handler(FisherWorker worker) {
    return worker.tasks();
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
