package dev.halcyon.hub;

import dev.halcyon.hub.repository.HubFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/// A range of a file as chunks that several connections bring at the same time and one consumer
/// takes in order. In memory are at most the client's buffers: the next chunk is asked for only
/// when there is one for it.
final class OrderedTransfer {
  private static final int SMALLEST_CHUNK = 4 << 20;

  private final TransferParts parts;
  private final TransferBuffers buffers;
  private final Semaphore connections;
  private final ConnectionPace pace;
  private final HubFile file;
  private final long offset;
  private final long length;
  private final long chunkBytes;
  private final Deque<Chunk> chunks = new ArrayDeque<>();
  private long asked;
  private long delivered;

  OrderedTransfer(TransferParts parts, HubFile file, long offset, long length) {
    this.parts = parts;
    this.buffers = parts.buffers();
    this.connections = parts.connections();
    this.pace = parts.newPace();
    this.file = file;
    this.offset = offset;
    this.length = length;
    this.chunkBytes = chunkBytes(parts.settings(), length);
  }

  /// Large enough that a request's latency is little beside its bytes, small enough that a medium
  /// tensor still uses all connections.
  private static long chunkBytes(TransferSettings settings, long length) {
    long share = Math.ceilDiv(length, settings.connections());
    return Math.min(Math.max(share, SMALLEST_CHUNK), settings.chunkBytes());
  }

  /// A part of the range, read by a thread of its own.
  private final class Chunk implements Runnable {
    private final MemorySegment buffer;
    private final MemorySegment target;
    private final long from;
    private final Thread thread;
    private volatile Throwable failure;

    Chunk(MemorySegment buffer, long from, long bytes) {
      this.buffer = buffer;
      this.target = buffer.asSlice(0, bytes);
      this.from = from;
      this.thread = Thread.ofVirtual().name("hub-range").unstarted(this);
    }

    @Override
    public void run() {
      try {
        connections.acquire();
        AtomicBoolean held = new AtomicBoolean(true);
        try {
          parts.reader().read(file, from, target, pace, () -> release(held), parts.attempts(file));
        } finally {
          release(held);
        }
      } catch (Throwable e) {
        failure = e;
      }
    }

    private void release(AtomicBoolean held) {
      if (held.getAndSet(false)) {
        connections.release();
      }
    }

    void await() throws IOException, InterruptedException {
      thread.join();
      if (failure != null) {
        throw Failures.rethrown(failure);
      }
    }
  }

  /// Bytes that the consumer has taken, also after a failure.
  long delivered() {
    return delivered;
  }

  void run(ChunkConsumer consumer) throws IOException {
    try {
      while (delivered < length) {
        askAhead();
        deliver(chunks.getFirst(), consumer);
        buffers.giveBack(chunks.removeFirst().buffer);
      }
    } catch (InterruptedException e) {
      throw Failures.interrupted(file.toString(), e);
    } finally {
      abandon();
    }
  }

  private void askAhead() throws InterruptedException {
    while (asked < length) {
      Optional<MemorySegment> buffer =
          chunks.isEmpty() ? Optional.of(buffers.take()) : buffers.tryTake();
      if (buffer.isEmpty()) {
        return;
      }
      ask(buffer.get());
    }
  }

  private void ask(MemorySegment buffer) {
    Chunk chunk = new Chunk(buffer, offset + asked, Math.min(chunkBytes, length - asked));
    chunks.addLast(chunk);
    asked += chunk.target.byteSize();
    chunk.thread.start();
  }

  private void deliver(Chunk chunk, ChunkConsumer consumer)
      throws IOException, InterruptedException {
    chunk.await();
    consumer.accept(delivered, chunk.target.asReadOnly());
    delivered += chunk.target.byteSize();
  }

  /// Ends what is still read; a buffer goes back only when its reading has really ended.
  private void abandon() {
    chunks.forEach(chunk -> chunk.thread.interrupt());
    boolean interrupted = Thread.interrupted();
    for (Chunk chunk : chunks) {
      interrupted |= joinUninterruptibly(chunk.thread);
      buffers.giveBack(chunk.buffer);
    }
    chunks.clear();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean joinUninterruptibly(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }
}
