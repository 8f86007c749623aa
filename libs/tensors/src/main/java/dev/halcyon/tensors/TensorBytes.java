package dev.halcyon.tensors;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// The raw little-endian bytes of one tensor, read by position.
///
/// Safe for concurrent use: reads do not share a position.
public interface TensorBytes {
  /// Bytes the tensor has.
  long size();

  /// Fills the whole of `target` with the bytes that begin at `offset`.
  ///
  /// @param offset byte within the tensor, from 0
  /// @param target native or heap memory; its size says how much is read, and may be zero
  /// @throws IndexOutOfBoundsException where the tensor has fewer bytes than `offset` and the
  ///   target's size ask for
  /// @throws InvalidCheckpointException where the file has become shorter than its header said
  /// @throws IOException where the storage fails
  void read(long offset, MemorySegment target) throws IOException;

  /// Reads the whole of a tensor that fits in an array.
  ///
  /// @throws ArithmeticException if the tensor has 2 GiB or more
  /// @throws InvalidCheckpointException if the file is shorter than its header says
  /// @throws IOException if the storage fails
  default byte[] toArray() throws IOException {
    byte[] content = new byte[Math.toIntExact(size())];
    read(0, MemorySegment.ofArray(content));
    return content;
  }
}
