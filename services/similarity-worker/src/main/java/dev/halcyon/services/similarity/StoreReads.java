package dev.halcyon.services.similarity;

import dev.halcyon.objectstore.ObjectStore;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Reads of the store that go on at once. Closed, none goes on, so that the memory that they fill
/// can be freed.
final class StoreReads implements Closeable {
  private final ObjectStore store;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("similarity-read-", 0).factory());

  StoreReads(ObjectStore store) {
    this.store = store;
  }

  /// Begins to fill `target` with an object's bytes from `offset` on.
  Future<?> begin(String key, long offset, MemorySegment target) {
    return threads.submit(() -> {
      store.read(key, offset, target);
      return null;
    });
  }

  /// The same once an earlier read, which fills the same memory, is over.
  Future<?> beginAfter(Future<?> earlier, String key, long offset, MemorySegment target) {
    return threads.submit(() -> {
      awaitEnd(earlier);
      store.read(key, offset, target);
      return null;
    });
  }

  private static void awaitEnd(Future<?> read) throws InterruptedException {
    try {
      read.get();
    } catch (ExecutionException e) {
      // Whoever needed it is told.
    }
  }

  /// Waits for a read.
  ///
  /// @throws IOException what it failed with
  static void await(Future<?> read) throws IOException {
    try {
      read.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a tensor was read from the store");
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    }
  }

  private static IOException failure(Throwable thrown) {
    return switch (thrown) {
      case IOException e -> e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> new IOException(thrown);
    };
  }

  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
  }
}
