package dev.halcyon.services.similarity;

import java.io.Closeable;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.Semaphore;

/// The off-heap memory that tensors of the store may take together: those being compared and those
/// read ahead meanwhile.
///
/// Who asks first gets its memory first, so that a large tensor is not passed over by small ones
/// for ever. A lease of more than there is gets all, once no other lease is open.
final class ReadAheadMemory {
  private static final long ALIGNMENT = 64;

  /// The least that makes sense.
  private static final long LEAST = 1 << 20;

  /// What leases are counted in, so that a semaphore can count them.
  private static final long UNIT = 4096;

  private final int units;
  private final Semaphore free;

  /// @param bytes in all
  ReadAheadMemory(long bytes) {
    if (bytes < LEAST) {
      throw new IllegalArgumentException(
          "halcyon.similarity.read-ahead-bytes must be at least %d, not %d"
              .formatted(LEAST, bytes));
    }
    units = (int) Math.min(Integer.MAX_VALUE, bytes / UNIT);
    free = new Semaphore(units, true);
  }

  /// What a tensor of so many bytes takes of a lease.
  static long footprint(long bytes) {
    return Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT + ALIGNMENT;
  }

  /// Waits for memory.
  ///
  /// @param bytes the sum of [#footprint]s, more than 0
  Lease lease(long bytes) throws InterruptedIOException {
    int leased = (int) Math.min(units, Math.ceilDiv(bytes, UNIT));
    try {
      free.acquire(leased);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for memory");
    }
    return new Lease(leased);
  }

  /// Memory of one comparison; closing it frees what was allocated.
  final class Lease implements Closeable {
    private final int leased;
    private final Arena arena = Arena.ofShared();

    private Lease(int leased) {
      this.leased = leased;
    }

    /// Bytes that may be allocated.
    long bytes() {
      return leased * UNIT;
    }

    MemorySegment allocate(long bytes) {
      return arena.allocate(bytes, ALIGNMENT);
    }

    @Override
    public void close() {
      arena.close();
      free.release(leased);
    }
  }
}
