package dev.halcyon.objectstore;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Runs work on several threads at once.
final class TestThreads {
  private TestThreads() {}

  interface Work<T> {
    T run(int worker) throws Exception;
  }

  /// What each worker returned, in their order.
  static <T> List<T> inParallel(int workers, Work<T> work) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(workers)) {
      List<Future<T>> running = new ArrayList<>();
      for (int i = 0; i < workers; i++) {
        int worker = i;
        running.add(threads.submit(() -> work.run(worker)));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> result : running) {
        results.add(result.get());
      }
      return results;
    }
  }
}
