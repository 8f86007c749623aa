package dev.halcyon.tensors;

import static java.util.Objects.requireNonNull;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// Tensor bytes that lie in memory, mapped or allocated; the segment is not copied.
public record MemoryTensorBytes(MemorySegment segment) implements TensorBytes {
  public MemoryTensorBytes {
    requireNonNull(segment, "segment is null");
  }

  @Override
  public long size() {
    return segment.byteSize();
  }

  @Override
  public void read(long offset, MemorySegment target) {
    Objects.checkFromIndexSize(offset, target.byteSize(), size());
    MemorySegment.copy(segment, offset, target, 0, target.byteSize());
  }
}
