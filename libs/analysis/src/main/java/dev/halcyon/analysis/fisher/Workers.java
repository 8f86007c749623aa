package dev.halcyon.analysis.fisher;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/// A fixed set of threads that share out numbered pieces of work; the caller is one of them. They
/// live as long as this, because short-lived threads make native memory grow.
final class Workers implements AutoCloseable {
  private final int threads;
  private final ExecutorService pool;

  Workers(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("at least one thread is needed, not " + threads);
    }
    this.threads = threads;
    this.pool =
        Executors.newFixedThreadPool(
            Math.max(1, threads - 1), Thread.ofPlatform().daemon().name("fisher-", 0).factory());
  }

  /// A piece of work.
  interface Piece {
    /// Does one.
    ///
    /// @param thread that does it, from 0; each takes its pieces by rising number
    /// @param index of the piece
    void run(int thread, int index);
  }

  /// Does the pieces 0 to `count` - 1 and returns when all are done; the first failure is thrown
  /// once no thread is at work any more.
  void forEach(int count, Piece piece) {
    AtomicInteger next = new AtomicInteger();
    List<Future<?>> helpers = new ArrayList<>();
    for (int thread = 1; thread < Math.min(threads, count); thread++) {
      int number = thread;
      helpers.add(pool.submit(() -> drain(number, next, count, piece)));
    }
    RuntimeException failure = null;
    try {
      drain(0, next, count, piece);
    } catch (RuntimeException e) {
      failure = e;
    }
    for (Future<?> helper : helpers) {
      failure = first(failure, failureOf(helper));
    }
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public void close() {
    pool.close();
  }

  private static void drain(int thread, AtomicInteger next, int count, Piece piece) {
    for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
      try {
        piece.run(thread, i);
      } catch (RuntimeException e) {
        next.set(count);
        throw e;
      }
    }
  }

  /// Waits even where the caller is interrupted: memory that a helper reads must not go away
  /// before.
  private static RuntimeException failureOf(Future<?> helper) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          helper.get();
          return null;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          return e.getCause() instanceof RuntimeException failure
              ? failure
              : new IllegalStateException(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static RuntimeException first(RuntimeException a, RuntimeException b) {
    return a == null ? b : a;
  }
}
