package dev.halcyon.analysis.fisher.diagonal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// Writes a model's diagonal Fisher information to a file, tensor by tensor in any order, without
/// holding it in memory.
///
/// [#commit()] moves the finished file into place in one step; closed without it, it leaves nothing
/// behind. For use by one thread.
public interface DiagonalFile extends AutoCloseable {
  /// Writes a parameter's next entries: all of them, or a piece that follows what was written of
  /// it.
  ///
  /// @param entries float32 little-endian, row-major
  /// @throws IllegalArgumentException where there is to be no such parameter, or it would get more
  ///   entries than its shape has
  void write(String parameter, MemorySegment entries) throws IOException;

  /// Finishes the file. Nothing can be written after it.
  ///
  /// @throws IllegalStateException where a parameter is not complete
  void commit() throws IOException;

  /// Gives up what is not committed.
  @Override
  void close() throws IOException;
}
