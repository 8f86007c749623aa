package dev.halcyon.services.fetcher;

import dev.halcyon.hub.ChunkConsumer;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/// Bytes of a file on the Hub as a stream. It holds no bytes of its own: the reader copies out of
/// the chunk that the transfer delivers, while the transfer's other connections fill the next ones.
final class TensorStream extends InputStream {
  private final Thread transfer;
  private MemorySegment chunk = MemorySegment.NULL;
  private long taken;
  private boolean ended;
  private boolean closed;
  private Throwable failure;

  /// What hands the bytes on, chunk by chunk and in order.
  interface Transfer {
    void run(ChunkConsumer consumer) throws IOException;
  }

  private TensorStream(Transfer source) {
    transfer = Thread.ofVirtual().name("hub-tensor").unstarted(() -> run(source));
  }

  static TensorStream open(Transfer source) {
    TensorStream stream = new TensorStream(source);
    stream.transfer.start();
    return stream;
  }

  private void run(Transfer source) {
    Throwable thrown = null;
    try {
      source.run((_, delivered) -> handOver(delivered));
    } catch (Throwable e) {
      thrown = e;
    }
    end(thrown);
  }

  private synchronized void end(Throwable thrown) {
    failure = thrown;
    ended = true;
    notifyAll();
  }

  /// Waits until the reader has taken the chunk, whose memory is used again afterwards.
  private synchronized void handOver(MemorySegment delivered) throws IOException {
    chunk = delivered;
    taken = 0;
    notifyAll();
    try {
      awaitWhile(() -> taken < delivered.byteSize() && !closed);
      if (taken < delivered.byteSize()) {
        throw new InterruptedIOException("the stream was closed before its end");
      }
    } finally {
      chunk = MemorySegment.NULL;
      taken = 0;
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  /// @throws IOException the transfer's failure as it is
  @Override
  public synchronized int read(byte[] target, int from, int length) throws IOException {
    Objects.checkFromIndexSize(from, length, target.length);
    awaitWhile(() -> taken == chunk.byteSize() && !ended && length > 0);
    if (taken == chunk.byteSize()) {
      throwFailure();
      return length == 0 ? 0 : -1;
    }
    int count = (int) Math.min(length, chunk.byteSize() - taken);
    MemorySegment.copy(chunk, ValueLayout.JAVA_BYTE, taken, target, from, count);
    taken += count;
    if (taken == chunk.byteSize()) {
      notifyAll();
    }
    return count;
  }

  private void throwFailure() throws IOException {
    switch (failure) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IOException(failure);
    }
  }

  private synchronized void awaitWhile(BooleanSupplier blocked) throws InterruptedIOException {
    try {
      while (blocked.getAsBoolean()) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a tensor was transferred");
    }
  }

  /// Ends the transfer, and returns when it has let go of its connections and memory.
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    transfer.interrupt();
    boolean interrupted = false;
    while (true) {
      try {
        transfer.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
