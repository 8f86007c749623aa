package dev.halcyon.services.fisher;

import dev.halcyon.tensors.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// Takes parameters as they come out of a run.
interface TensorSink {
  /// All that was taken is void.
  void restart() throws IOException;

  /// Takes a parameter.
  ///
  /// @param values float32, row-major, valid during the call
  /// @param sampleSums for each sample of the run
  void take(String parameter, Shape shape, MemorySegment values, double[] sampleSums)
      throws IOException;
}
