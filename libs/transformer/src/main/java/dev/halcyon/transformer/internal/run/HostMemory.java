package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.MemoryBudget;
import dev.halcyon.transformer.OutOfBudgetException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Hands out native memory within a budget, and beyond it mapped temporary files, whose pages the
/// system writes back when it needs the memory.
///
/// Used by one thread.
final class HostMemory {
  /// Vector instructions read whole cache lines.
  static final long ALIGNMENT = 64;

  private final MemoryBudget budget;
  private long memoryUsed;
  private long diskUsed;

  HostMemory(MemoryBudget budget) {
    this.budget = budget;
  }

  /// A run of zeroed bytes, usable until closed.
  final class Block implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final MemorySegment segment;
    private final boolean onDisk;

    private Block(long bytes) {
      onDisk = false;
      segment = arena.allocate(Math.max(bytes, 1), ALIGNMENT).asSlice(0, bytes);
    }

    private Block(FileChannel file, long bytes) throws IOException {
      onDisk = true;
      try {
        segment = file.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena);
      } catch (Throwable e) {
        arena.close();
        throw e;
      }
    }

    MemorySegment segment() {
      return segment;
    }

    @Override
    public void close() {
      if (arena.scope().isAlive()) {
        arena.close();
        release(segment.byteSize(), onDisk);
      }
    }
  }

  /// Bytes of memory that are left.
  long memoryLeft() {
    return budget.memory() - memoryUsed;
  }

  /// @param bytes of memory, of disk where the memory is used up
  /// @throws IOException where no temporary file can be made
  /// @throws OutOfBudgetException where both are used up
  Block allocate(long bytes) throws IOException {
    if (bytes <= memoryLeft()) {
      return insist(bytes);
    }
    if (bytes > budget.disk() - diskUsed) {
      throw new OutOfBudgetException(bytes, budget);
    }
    Block block = onDisk(bytes);
    diskUsed += bytes;
    return block;
  }

  /// Memory whatever the budget says.
  Block insist(long bytes) {
    Block block = new Block(bytes);
    memoryUsed += bytes;
    return block;
  }

  private Block onDisk(long bytes) throws IOException {
    Path file = Files.createTempFile(budget.folder(), "halcyon-fisher", ".tmp");
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE)) {
      return new Block(channel, bytes);
    }
  }

  private void release(long bytes, boolean onDisk) {
    if (onDisk) {
      diskUsed -= bytes;
    } else {
      memoryUsed -= bytes;
    }
  }
}
