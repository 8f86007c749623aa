package dev.halcyon.services.fisher;

import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/// The bytes of a memory segment, which must stay alive.
final class SegmentInputStream extends InputStream {
  private final MemorySegment content;
  private long position;

  SegmentInputStream(MemorySegment content) {
    this.content = content;
  }

  @Override
  public int read() {
    return position < content.byteSize()
        ? Byte.toUnsignedInt(content.get(ValueLayout.JAVA_BYTE, position++))
        : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    int size = (int) Math.min(length, content.byteSize() - position);
    if (size <= 0) {
      return -1;
    }
    MemorySegment.copy(content, ValueLayout.JAVA_BYTE, position, target, offset, size);
    position += size;
    return size;
  }
}
