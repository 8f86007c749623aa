package dev.halcyon.services.similarity;

import dev.halcyon.services.common.EnvironmentException;
import dev.halcyon.tensors.TensorBytes;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/// A tensor of the store that is too large for memory as a whole: blocks of it are read when they
/// are asked for, each together with the next, and those used last are held.
///
/// There are two blocks for each thread that computes, the one it is at and the next of it, and two
/// more. A tensor whose columns are compared in several turns is read once for each.
final class StoreBlocks implements TensorBytes {
  private static final long ALIGNMENT = 64;

  /// Some of the tensor's bytes, on their way or there.
  private static final class Block {
    private final MemorySegment memory;
    private final Future<?> read;
    private int readers;

    Block(MemorySegment memory, Future<?> read) {
      this.memory = memory;
      this.read = read;
    }
  }

  private final StoreReads reads;
  private final String key;
  private final long first;
  private final long size;
  private final long blockBytes;

  /// By number, the one used longest ago first; those with negative numbers hold nothing yet.
  private final Map<Long, Block> blocks = new LinkedHashMap<>(16, 0.75f, true);

  /// @param first byte of the object that is needed
  /// @param size bytes that are needed
  /// @param memory for all blocks
  /// @param threads at most that read at once
  StoreBlocks(
      StoreReads reads, String key, long first, long size, MemorySegment memory, int threads) {
    this.reads = reads;
    this.key = key;
    this.first = first;
    this.size = size;
    int count = 2 * (threads + 1);
    this.blockBytes = memory.byteSize() / count / ALIGNMENT * ALIGNMENT;
    if (blockBytes == 0) {
      throw new EnvironmentException(
          "halcyon.similarity.read-ahead-bytes is too small: it leaves %d bytes for %d blocks of %s"
              .formatted(memory.byteSize(), count, key));
    }
    for (int block = 0; block < count; block++) {
      MemorySegment own = memory.asSlice(block * blockBytes, blockBytes);
      blocks.put(-1L - block, new Block(own, CompletableFuture.completedFuture(null)));
    }
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(long offset, MemorySegment target) throws IOException {
    Objects.checkFromIndexSize(offset, target.byteSize(), size);
    long done = 0;
    while (done < target.byteSize()) {
      long from = (offset + done) % blockBytes;
      long count = Math.min(target.byteSize() - done, blockBytes - from);
      copy((offset + done) / blockBytes, from, target.asSlice(done, count));
      done += count;
    }
  }

  private void copy(long number, long from, MemorySegment target) throws IOException {
    Block block = take(number);
    try {
      StoreReads.await(block.read);
      target.copyFrom(block.memory.asSlice(from, target.byteSize()));
    } finally {
      giveBack(block);
    }
  }

  private synchronized Block take(long number) {
    Block block = find(number);
    block.readers++;
    if ((number + 1) * blockBytes < size) {
      find(number + 1);
    }
    return block;
  }

  private synchronized void giveBack(Block block) {
    block.readers--;
  }

  private Block find(long number) {
    Block block = blocks.get(number);
    if (block == null) {
      block = begin(number, takeOldest());
      blocks.put(number, block);
    }
    return block;
  }

  private Block begin(long number, Block before) {
    long offset = number * blockBytes;
    MemorySegment target = before.memory.asSlice(0, Math.min(blockBytes, size - offset));
    return new Block(before.memory, reads.beginAfter(before.read, key, first + offset, target));
  }

  /// The least recently used block that is not being read.
  private Block takeOldest() {
    for (Iterator<Block> all = blocks.values().iterator(); all.hasNext(); ) {
      Block block = all.next();
      if (block.readers == 0) {
        all.remove();
        return block;
      }
    }
    throw new IllegalStateException("more threads read " + key + " at once than were announced");
  }
}
