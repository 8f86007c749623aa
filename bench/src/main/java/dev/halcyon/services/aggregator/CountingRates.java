package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.Topic;
import dev.halcyon.contracts.json.Json;
import dev.halcyon.contracts.results.TensorResult;
import dev.halcyon.objectstore.MemoryObjectStore;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// How fast the aggregator counts results without Kafka, reading them from JSON, and what it keeps
/// of them in memory.
///
/// `CountingRates JOBS TENSORS ROUNDS`
public final class CountingRates {
  private static final int NANOS = 1_000_000_000;

  private CountingRates() {}

  /// Prints a line for each round.
  public static void main(String[] arguments) throws Exception {
    int jobs = Integer.parseInt(arguments[0]);
    int tensors = Integer.parseInt(arguments[1]);
    for (int round = 0; round < Integer.parseInt(arguments[2]); round++) {
      run(jobs, tensors);
    }
  }

  /// All results but the last of each job, after which the records go.
  private static void run(int jobs, int tensors) throws Exception {
    MemoryObjectStore store = new MemoryObjectStore();
    JobListener listener =
        new JobListener(
            new JobHandler(
                new MemoryJobRecords(),
                store,
                new JobHandler.Settings("bench", 1),
                InstantSource.system()));
    List<byte[]> results = announced(listener, store, jobs, tensors);
    long before = heap();
    long effects = 0;
    long start = System.nanoTime();
    for (byte[] result : results) {
      effects += listener.receive(Topic.TENSOR_RESULTS, result).size();
    }
    double seconds = (double) (System.nanoTime() - start) / NANOS;
    System.out.printf(
        Locale.ROOT,
        "%d jobs of %d tensors: %.0f results/s, %d effects, a result of %d bytes, kept %d bytes a"
            + " result%n",
        jobs,
        tensors,
        results.size() / seconds,
        effects,
        results.getFirst().length,
        (heap() - before) / results.size());
    if (listener.hashCode() == 0) {
      throw new AssertionError("keeps the records until here");
    }
  }

  private static List<byte[]> announced(
      JobListener listener, MemoryObjectStore store, int jobs, int tensors) throws IOException {
    for (int job = 0; job < jobs; job++) {
      var _ =
          listener.receive(
              Topic.JOB_PLANS, Json.bytes(CountedJobs.announce(store, "job" + job, tensors)));
    }
    List<byte[]> results = new ArrayList<>();
    for (int tensor = 0; tensor < tensors - 1; tensor++) {
      for (int job = 0; job < jobs; job++) {
        TensorResult result = CountedJobs.result("job" + job, tensor);
        results.add(Json.bytes(result));
      }
    }
    return results;
  }

  private static long heap() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(100);
    }
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
