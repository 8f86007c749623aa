package dev.halcyon.analysis.similarity;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// The threads that compute, shared by all comparisons.
final class Workers implements AutoCloseable {
  private final int threads;
  private final ExecutorService executor;

  Workers(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, not " + threads);
    }
    this.threads = threads;
    this.executor =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("similarity-", 1).factory());
  }

  int threads() {
    return threads;
  }

  /// Work that ends early, once `stopped`, where another thread's failed.
  interface Work {
    void run() throws IOException;

    void stop();
  }

  /// Runs the same work on so many threads at once, and waits for all of them.
  ///
  /// @throws InterruptedIOException where the caller is interrupted
  void run(int copies, Work work) throws IOException {
    List<Future<?>> running = new ArrayList<>();
    for (int copy = 0; copy < copies; copy++) {
      running.add(
          executor.submit(() -> {
            work.run();
            return null;
          }));
    }
    await(running, work);
  }

  private static void await(List<Future<?>> running, Work work) throws IOException {
    Throwable failure = null;
    boolean interrupted = false;
    for (Future<?> copy : running) {
      boolean done = false;
      while (!done) {
        try {
          copy.get();
          done = true;
        } catch (ExecutionException e) {
          failure = failure == null ? e.getCause() : failure;
          done = true;
          work.stop();
        } catch (InterruptedException e) {
          interrupted = true;
          work.stop();
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while comparing tensors");
    }
    rethrow(failure);
  }

  private static void rethrow(Throwable failure) throws IOException {
    switch (failure) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new UncheckedIOException(new IOException(failure));
    }
  }

  /// Waits for what is running; interrupting it would close files that others read.
  @Override
  public void close() {
    executor.close();
  }
}
