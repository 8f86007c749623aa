package dev.halcyon.analysis.fisher.diagonal;

import dev.halcyon.tensors.SafetensorsWriter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// A diagonal as safetensors.
///
/// @param writer of the file
record SafetensorsDiagonal(SafetensorsWriter writer) implements DiagonalFile {
  @Override
  public void write(String parameter, MemorySegment entries) throws IOException {
    writer.write(parameter, entries);
  }

  @Override
  public void commit() throws IOException {
    writer.commit();
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
