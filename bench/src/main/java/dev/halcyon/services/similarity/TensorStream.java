package dev.halcyon.services.similarity;

import dev.halcyon.tensors.TensorBytes;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;

/// A tensor's bytes from the first to the last.
final class TensorStream extends InputStream {
  private final TensorBytes bytes;
  private long position;

  TensorStream(TensorBytes bytes) {
    this.bytes = bytes;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] target, int from, int length) throws IOException {
    int count = (int) Math.min(length, bytes.size() - position);
    if (count == 0 && length > 0) {
      return -1;
    }
    bytes.read(position, MemorySegment.ofArray(target).asSlice(from, count));
    position += count;
    return count;
  }
}
