package dev.halcyon.analysis.threads;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/// A fixed set of compute threads. They run until this is closed, because short-lived threads make
/// native memory grow.
///
/// A call returns only when no thread works on it any more, even if a part failed or the caller was
/// interrupted. The caller can then release the memory and files that the threads read.
public final class Workers implements AutoCloseable {
  private final int threads;
  private final ExecutorService pool;

  /// @param threads at least 1
  /// @param name that their names begin with
  public Workers(int threads, String name) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, not " + threads);
    }
    this.threads = threads;
    this.pool =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name(name + "-", 1).factory());
  }

  public int threads() {
    return threads;
  }

  /// Work that ends early, once `stop` was called, where another thread's failed.
  public interface Work {
    void run() throws IOException;

    void stop();
  }

  /// A piece of work.
  public interface Piece {
    /// Does one.
    ///
    /// @param thread that does it, from 0; each takes its pieces by rising number
    /// @param index of the piece
    void run(int thread, int index);
  }

  /// Runs the same work on so many threads at once.
  ///
  /// @throws InterruptedIOException where the caller is interrupted
  public void run(int copies, Work work) throws IOException {
    List<Future<?>> running = new ArrayList<>();
    for (int copy = 0; copy < copies; copy++) {
      running.add(pool.submit(() -> runOrStop(work)));
    }
    Ends ends = new Ends(work::stop);
    running.forEach(ends::await);
    if (ends.interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while comparing tensors");
    }
    ends.rethrow();
  }

  /// The thread that fails stops the others: the caller may be waiting for one of them.
  private static Void runOrStop(Work work) throws IOException {
    try {
      work.run();
      return null;
    } catch (Throwable e) {
      work.stop();
      throw e;
    }
  }

  /// Does the pieces 0 to `count` - 1, the caller being one of the threads; throws the first
  /// failure. A caller that is interrupted finds that it was when it returns.
  public void forEach(int count, Piece piece) {
    AtomicInteger next = new AtomicInteger();
    List<Future<?>> helpers = new ArrayList<>();
    for (int thread = 1; thread < Math.min(threads, count); thread++) {
      int number = thread;
      helpers.add(pool.submit(() -> drain(number, next, count, piece)));
    }
    Ends ends = new Ends(() -> {});
    try {
      drain(0, next, count, piece);
    } catch (Throwable e) {
      ends.failed(e);
    }
    helpers.forEach(ends::await);
    if (ends.interrupted) {
      Thread.currentThread().interrupt();
    }
    try {
      ends.rethrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void drain(int thread, AtomicInteger next, int count, Piece piece) {
    for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
      try {
        piece.run(thread, i);
      } catch (Throwable e) {
        next.set(count);
        throw e;
      }
    }
  }

  /// Waits for what is running; interrupting it would close files that others read.
  @Override
  public void close() {
    pool.close();
  }

  /// How shares of some work ended.
  private static final class Ends {
    private final Runnable stop;
    private Throwable failure;
    private boolean interrupted;

    private Ends(Runnable stop) {
      this.stop = stop;
    }

    private void await(Future<?> share) {
      boolean ended = false;
      while (!ended) {
        try {
          share.get();
          ended = true;
        } catch (ExecutionException e) {
          failed(e.getCause());
          ended = true;
        } catch (InterruptedException e) {
          interrupted = true;
          stop.run();
        }
      }
    }

    private void failed(Throwable thrown) {
      failure = failure == null ? thrown : failure;
      stop.run();
    }

    private void rethrow() throws IOException {
      switch (failure) {
        case null -> {}
        case IOException e -> throw e;
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        default -> throw new IllegalStateException(failure);
      }
    }
  }
}
