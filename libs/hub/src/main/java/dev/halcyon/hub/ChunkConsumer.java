package dev.halcyon.hub;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// Takes the bytes of a range, in order and without a gap.
@FunctionalInterface
public interface ChunkConsumer {
  /// Takes the next chunk.
  ///
  /// @param position of the chunk's first byte in the range
  /// @param chunk valid only during the call
  /// @throws IOException ends the transfer, and comes out of it
  void accept(long position, MemorySegment chunk) throws IOException;
}
