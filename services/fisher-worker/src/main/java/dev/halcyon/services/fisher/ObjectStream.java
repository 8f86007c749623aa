package dev.halcyon.services.fisher;

import dev.halcyon.objectstore.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A whole object of a store, in blocks: a store with latency reads each by several ranges at once.
final class ObjectStream extends InputStream {
  private static final long BLOCK = 32L << 20;

  private final ObjectStore store;
  private final String key;
  private final long size;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment block;
  private long position;
  private long filled;

  /// @param size of the object in bytes
  ObjectStream(ObjectStore store, String key, long size) {
    this.store = store;
    this.key = key;
    this.size = size;
    this.block = arena.allocate(Math.min(BLOCK, size));
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (position == size) {
      return -1;
    }
    if (position == filled) {
      MemorySegment next = block.asSlice(0, Math.min(block.byteSize(), size - filled));
      store.read(key, filled, next);
      filled += next.byteSize();
    }
    int count = (int) Math.min(length, filled - position);
    long from = position % block.byteSize();
    MemorySegment.copy(block, ValueLayout.JAVA_BYTE, from, target, offset, count);
    position += count;
    return count;
  }

  @Override
  public void close() {
    arena.close();
  }
}
