package dev.halcyon.services.similarity;

import dev.halcyon.analysis.similarity.SimilarityAnalysis;
import dev.halcyon.contracts.job.TensorReady;
import dev.halcyon.contracts.results.TensorResult;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.EndedAttempts;
import dev.halcyon.services.common.LocalRoots;
import java.io.IOException;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// The similarity worker, wired: what it does with a message, over any transport.
public final class SimilarityWorker implements AutoCloseable {
  /// The service's name in events.
  public static final String SERVICE = "similarity-worker";

  private final SimilarityAnalysis analysis;
  private final TensorHandler tensors;

  /// How much of the machine the worker takes.
  ///
  /// @param threads that compute; all cores where absent
  /// @param readAheadBytes outside the heap for tensors of the store; half of the JVM's largest
  ///   heap where absent
  /// @param roots below which local files are read
  public record Settings(OptionalInt threads, OptionalLong readAheadBytes, LocalRoots roots) {
    /// For files anywhere on this machine.
    public Settings(OptionalInt threads, OptionalLong readAheadBytes) {
      this(threads, readAheadBytes, LocalRoots.everywhere());
    }
  }

  public SimilarityWorker(ObjectStore store, Settings settings) {
    int threads = settings.threads().orElse(Runtime.getRuntime().availableProcessors());
    ReadAheadMemory memory =
        new ReadAheadMemory(settings.readAheadBytes().orElse(Runtime.getRuntime().maxMemory() / 2));
    this.analysis = new SimilarityAnalysis(threads);
    this.tensors =
        new TensorHandler(
            new TensorSources(new StoreTensors(store, memory, threads), settings.roots()),
            new EndedAttempts(store),
            analysis::compare);
  }

  /// Compares a tensor of several models.
  public TensorResult compare(TensorReady ready) throws IOException {
    return tensors.handle(ready);
  }

  TensorHandler tensors() {
    return tensors;
  }

  @Override
  public void close() {
    analysis.close();
  }
}
