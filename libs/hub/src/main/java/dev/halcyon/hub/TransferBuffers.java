package dev.halcyon.hub;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/// The off-heap memory of all transfers of a client: a fixed number of chunks, allocated when first
/// needed and used again.
final class TransferBuffers implements AutoCloseable {
  private static final long PAGE = 4096;

  private final Arena arena = Arena.ofShared();
  private final Deque<MemorySegment> free = new ArrayDeque<>();
  private final int bytes;
  private int unallocated;

  TransferBuffers(int buffers, int bytes) {
    this.unallocated = buffers;
    this.bytes = bytes;
  }

  /// A buffer, as soon as there is one. Whoever holds buffers gets them free without needing more,
  /// so waiting ends.
  synchronized MemorySegment take() throws InterruptedException {
    Optional<MemorySegment> buffer = tryTake();
    while (buffer.isEmpty()) {
      wait();
      buffer = tryTake();
    }
    return buffer.get();
  }

  /// A buffer, if there is one now.
  synchronized Optional<MemorySegment> tryTake() {
    if (!free.isEmpty()) {
      return Optional.of(free.pop());
    }
    if (unallocated == 0) {
      return Optional.empty();
    }
    unallocated--;
    return Optional.of(arena.allocate(bytes, PAGE));
  }

  synchronized void giveBack(MemorySegment buffer) {
    free.push(buffer);
    notify();
  }

  @Override
  public void close() {
    arena.close();
  }
}
