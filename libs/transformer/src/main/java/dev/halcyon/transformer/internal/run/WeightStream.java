package dev.halcyon.transformer.internal.run;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/// Reads parts of a model one after the other, always one ahead of its consumer, into two buffers
/// that take turns.
///
/// Everything but the reading itself happens on the consumer's thread.
final class WeightStream implements AutoCloseable {
  /// A run of a tensor's elements.
  ///
  /// @param tensor name
  /// @param first element
  /// @param count of elements
  record Slice(String tensor, long first, long count) {}

  /// What is needed at one time; a tensor occurs once.
  record Part(List<Slice> slices) {
    Part {
      slices = List.copyOf(slices);
    }

    private long bytes() {
      return slices.stream().mapToLong(slice -> aligned(slice.count() * Float.BYTES)).sum();
    }
  }

  /// A part that has been read; closing it lets its buffer be used again.
  static final class Loaded implements AutoCloseable {
    private final Map<String, MemorySegment> slices = new HashMap<>();
    private final Queue<MemorySegment> buffers;
    private final MemorySegment buffer;

    private Loaded(Queue<MemorySegment> buffers, MemorySegment buffer) {
      this.buffers = buffers;
      this.buffer = buffer;
    }

    /// The tensor's elements as float32.
    MemorySegment slice(String tensor) {
      return slices.get(tensor);
    }

    @Override
    public void close() {
      buffers.add(buffer);
    }
  }

  private final WeightReader reader;
  private final ExecutorService thread;
  private final Queue<Part> parts;
  private final Arena arena = Arena.ofShared();
  private final Queue<MemorySegment> buffers = new ArrayDeque<>();
  private Future<Loaded> next;

  /// @param thread that reads; it outlives this
  WeightStream(WeightReader reader, ExecutorService thread, List<Part> parts) {
    this.reader = reader;
    this.thread = thread;
    this.parts = new ArrayDeque<>(parts);
    long size = bytes(parts) / 2;
    for (int i = 0; i < 2; i++) {
      buffers.add(arena.allocate(Math.max(size, 1), HostMemory.ALIGNMENT));
    }
    readAhead();
  }

  /// Bytes that a stream of these parts holds.
  static long bytes(List<Part> parts) {
    return 2 * parts.stream().mapToLong(Part::bytes).max().orElse(0);
  }

  /// The next part. The one before it must have been closed.
  Loaded next() throws IOException {
    Loaded loaded = await();
    readAhead();
    return loaded;
  }

  /// Waits for a read that is under way, since it writes to memory that goes away here.
  @Override
  public void close() {
    try {
      if (next != null) {
        await();
      }
    } catch (IOException | RuntimeException e) {
      // Nobody needs that part any more.
    } finally {
      arena.close();
    }
  }

  /// A read that failed is not waited for again.
  private Loaded await() throws IOException {
    Future<Loaded> reading = next;
    next = null;
    try {
      return reading.get();
    } catch (InterruptedException e) {
      throw new InterruptedIOException("interrupted while weights were read");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("reading weights failed", e);
    }
  }

  private void readAhead() {
    Part part = parts.poll();
    MemorySegment buffer = part == null ? null : buffers.remove();
    next = part == null ? null : thread.submit(() -> read(part, buffer));
  }

  private Loaded read(Part part, MemorySegment buffer) throws IOException {
    Loaded loaded = new Loaded(buffers, buffer);
    long at = 0;
    for (Slice slice : part.slices()) {
      MemorySegment target = buffer.asSlice(at, slice.count() * Float.BYTES);
      reader.read(slice.tensor(), slice.first(), target);
      loaded.slices.put(slice.tensor(), target);
      at += aligned(target.byteSize());
    }
    return loaded;
  }

  private static long aligned(long bytes) {
    return (bytes + HostMemory.ALIGNMENT - 1) / HostMemory.ALIGNMENT * HostMemory.ALIGNMENT;
  }
}
