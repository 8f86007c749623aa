package dev.halcyon.objectstore;

import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;

/// Numbered pieces of work that the caller and whatever pool threads are free take one after the
/// other. The caller never waits for a pool thread to become free, and no piece is under way when
/// it returns.
final class SharedWork {
  @FunctionalInterface
  interface Piece {
    void run(int number) throws IOException;
  }

  private final int pieces;
  private int next;
  private int underWay;
  private Throwable failure;

  SharedWork(int pieces) {
    this.pieces = pieces;
  }

  /// Piece 0 is the caller's.
  void run(ExecutorService pool, int helpers, Piece piece) throws IOException {
    int first = take();
    for (int i = 0; i < Math.min(helpers, pieces - 1); i++) {
      help(pool, piece);
    }
    takeAll(first, piece);
    awaitOthers();
    rethrow();
  }

  private void help(ExecutorService pool, Piece piece) {
    try {
      pool.execute(() -> takeAll(take(), piece));
    } catch (RejectedExecutionException e) {
      // The store is being closed: the caller's own pieces will say so.
    }
  }

  private void takeAll(int first, Piece piece) {
    for (int number = first; number >= 0; number = take()) {
      Throwable thrown = null;
      try {
        piece.run(number);
      } catch (Throwable e) {
        thrown = e;
      }
      done(thrown);
    }
  }

  /// The next piece's number, or -1 where none is left to do.
  private synchronized int take() {
    if (failure != null || next == pieces) {
      return -1;
    }
    underWay++;
    return next++;
  }

  private synchronized void done(Throwable thrown) {
    underWay--;
    if (failure == null) {
      failure = thrown;
    }
    notifyAll();
  }

  /// Waits through interrupts: pieces under way write to the caller's memory.
  private synchronized void awaitOthers() {
    boolean interrupted = false;
    while (underWay > 0) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void rethrow() throws IOException {
    switch (failure) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
  }
}
