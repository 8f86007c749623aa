package dev.halcyon.services.fetcher;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.HashSet;
import java.util.Set;

/// Keeps two threads from the same work: the second waits for the first, and then looks again.
final class OneAtATime {
  private final Set<String> busy = new HashSet<>();

  /// Work that is identified by a key.
  interface Work {
    long run() throws IOException;
  }

  long run(String key, Work work) throws IOException {
    enter(key);
    try {
      return work.run();
    } finally {
      leave(key);
    }
  }

  private synchronized void enter(String key) throws IOException {
    while (!busy.add(key)) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while waiting for " + key);
      }
    }
  }

  private synchronized void leave(String key) {
    busy.remove(key);
    notifyAll();
  }
}
