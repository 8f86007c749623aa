package dev.halcyon.services.similarity;

import dev.halcyon.contracts.Topic;
import dev.halcyon.contracts.job.TensorReady;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.results.TensorResult;
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

/// Takes tensors that are ready. One that cannot be compared fails its job and goes to the dead
/// letters.
@Startup
@ApplicationScoped
class TensorListener {
  static final String SERVICE = SimilarityWorker.SERVICE;

  private final TensorHandler handler;
  private final Results results;
  private final RecordReceiver<TensorReady> ready;
  private final Counter tensors;
  private final Counter bytes;

  TensorListener(
      TensorHandler handler,
      Results results,
      DeadLetters deadLetters,
      RecordsAtWork atWork,
      MeterRegistry meters) {
    this.handler = handler;
    this.results = results;
    this.ready =
        new RecordReceiver<>(
            Topic.TENSORS,
            value -> Json.read(value, TensorReady.class),
            new JobFailureNotice(SERVICE, results::event),
            deadLetters,
            atWork);
    this.tensors =
        Counter.builder("halcyon.similarity.tensors")
            .description("Tensors compared")
            .register(meters);
    this.bytes =
        Counter.builder("halcyon.similarity.read")
            .description("Bytes of tensors compared, over all models")
            .baseUnit("bytes")
            .register(meters);
  }

  @Incoming("similarity-tensors")
  @Blocking(value = "similarity", ordered = false)
  @Acknowledgment(Acknowledgment.Strategy.MANUAL)
  CompletionStage<Void> receive(Message<byte[]> message) {
    return ready.receive(message, (tensor, _) -> compare(tensor));
  }

  private static JobContext context(TensorReady tensor) {
    return JobContext.of(tensor.jobId()).attempt(tensor.attempt()).tensor(tensor.tensor().tensor());
  }

  private void compare(TensorReady tensor) throws IOException {
    try (JobContext _ = context(tensor)) {
      TensorResult result = handler.handle(tensor);
      results.result(result).join();
      tensors.increment();
      bytes.increment((double) result.bytes());
    }
  }
}
