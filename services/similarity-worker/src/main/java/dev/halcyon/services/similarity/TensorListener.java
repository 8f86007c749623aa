package dev.halcyon.services.similarity;

import dev.halcyon.contracts.JobEvent;
import dev.halcyon.contracts.Json;
import dev.halcyon.contracts.TensorReady;
import dev.halcyon.contracts.TensorResult;
import dev.halcyon.services.common.Failures;
import dev.halcyon.services.common.JobContext;
import dev.halcyon.services.common.Transient;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/// Takes tensors that are ready. One that cannot be compared fails its job and goes to the dead
/// letters.
@Startup
@ApplicationScoped
class TensorListener {
  private static final Logger LOG = Logger.getLogger(TensorListener.class);
  static final String SERVICE = SimilarityWorker.SERVICE;

  private final TensorHandler handler;
  private final Results results;
  private final Counter tensors;
  private final Counter bytes;

  TensorListener(TensorHandler handler, Results results, MeterRegistry meters) {
    this.handler = handler;
    this.results = results;
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
  void receive(ConsumerRecord<String, byte[]> message) {
    TensorReady ready = Json.read(message.value(), TensorReady.class);
    try (JobContext _ = JobContext.of(ready.jobId(), ready.tensor().tensor())) {
      TensorResult result = Transient.retry(() -> handler.handle(ready));
      results.result(result).join();
      tensors.increment();
      bytes.increment((double) result.bytes());
    } catch (RuntimeException | OutOfMemoryError e) {
      if (Thread.interrupted()) {
        awaitTheEnd();
      }
      results
          .event(JobEvent.failed(ready.jobId(), ready.attempt(), SERVICE, Failures.logged(LOG, e)))
          .join();
      throw e;
    }
  }

  /// A tensor that the service's end cuts off is neither done nor failed: unless this returns or
  /// throws, its record stays unacknowledged and goes to another worker.
  private static void awaitTheEnd() {
    while (true) {
      LockSupport.parkNanos(Long.MAX_VALUE);
    }
  }
}
