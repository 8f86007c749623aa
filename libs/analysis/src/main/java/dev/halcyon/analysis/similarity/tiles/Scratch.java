package dev.halcyon.analysis.similarity.tiles;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// The working memory of one thread, reused by its tasks, because newly allocated memory is slow.
public final class Scratch {
  private static final long ALIGNMENT = 64;

  /// Bytes between parts, an odd number of cache lines: rows of several models that are read in
  /// turn would else map to the same few lines of the first-level cache.
  private static final long GAP = 21 * ALIGNMENT;

  private MemorySegment memory = MemorySegment.NULL;

  /// Native memory of at least so many bytes for each of so many parts; what it held is lost.
  public MemorySegment[] parts(int count, long bytes) {
    long each = Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT + GAP;
    if (memory.byteSize() < count * each) {
      memory = Arena.ofAuto().allocate(count * each, ALIGNMENT);
    }
    MemorySegment[] parts = new MemorySegment[count];
    for (int part = 0; part < count; part++) {
      parts[part] = memory.asSlice(part * each, each);
    }
    return parts;
  }

  /// Scratch that waits for its next thread.
  public static final class Pool {
    private final Queue<Scratch> idle = new ConcurrentLinkedQueue<>();

    Scratch take() {
      Scratch scratch = idle.poll();
      return scratch == null ? new Scratch() : scratch;
    }

    void giveBack(Scratch scratch) {
      idle.add(scratch);
    }
  }
}
