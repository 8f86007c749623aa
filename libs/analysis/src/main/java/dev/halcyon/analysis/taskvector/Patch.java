package dev.halcyon.analysis.taskvector;

import dev.halcyon.tensors.InvalidCheckpointException;
import dev.halcyon.tensors.MemoryTensorBytes;
import dev.halcyon.tensors.TensorBytes;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Elements to be put into a tensor, in ascending order of their positions.
final class Patch {
  static final Patch NONE =
      new Patch(
          new MemoryTensorBytes(MemorySegment.NULL),
          Integer.BYTES,
          new MemoryTensorBytes(MemorySegment.NULL),
          1);

  /// Elements that are read at a time.
  private static final int AHEAD = 1 << 16;

  private final TensorBytes indices;
  private final int width;
  private final TensorBytes values;
  private final int unit;
  private final long count;
  private long read;
  private ByteBuffer nextIndices = ByteBuffer.allocate(0);
  private ByteBuffer nextValues = ByteBuffer.allocate(0);
  private long last = -1;

  /// @param width bytes of an index
  /// @param unit bytes of an element
  Patch(TensorBytes indices, int width, TensorBytes values, int unit) {
    this.indices = indices;
    this.width = width;
    this.values = values;
    this.unit = unit;
    this.count = indices.size() / width;
  }

  /// Puts the elements of a block into it.
  ///
  /// @param at byte of the tensor that the block begins with
  /// @throws InvalidCheckpointException where positions do not ascend
  void apply(long at, byte[] block, int size) throws IOException {
    while (hasNext()) {
      long index = peek();
      if (index <= last) {
        throw new InvalidCheckpointException("indices", "do not ascend at " + index);
      }
      if (index >= (at + size) / unit) {
        return;
      }
      take(block, Math.toIntExact(index * unit - at), index);
    }
  }

  boolean isDone() {
    return read == count && !nextIndices.hasRemaining();
  }

  private void take(byte[] block, int to, long index) {
    nextIndices.position(nextIndices.position() + width);
    nextValues.get(block, to, unit);
    last = index;
  }

  private long peek() {
    return width == Long.BYTES
        ? nextIndices.getLong(nextIndices.position())
        : nextIndices.getInt(nextIndices.position());
  }

  private boolean hasNext() throws IOException {
    if (!nextIndices.hasRemaining() && read < count) {
      int more = (int) Math.min(AHEAD, count - read);
      nextIndices = bytes(indices, read * width, more * width);
      nextValues = bytes(values, read * unit, more * unit);
      read += more;
    }
    return nextIndices.hasRemaining();
  }

  private static ByteBuffer bytes(TensorBytes of, long offset, int size) throws IOException {
    byte[] content = new byte[size];
    of.read(offset, MemorySegment.ofArray(content));
    return ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
  }
}
