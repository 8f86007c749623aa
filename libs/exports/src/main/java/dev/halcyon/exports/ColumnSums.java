package dev.halcyon.exports;

import dev.halcyon.tensors.SafetensorsFile;
import dev.halcyon.tensors.TensorBytes;
import dev.halcyon.tensors.TensorInfo;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Sums over the outputs of a linear layer, one for each input.
final class ColumnSums {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private ColumnSums() {}

  /// @param tensor float32, `[outputs, inputs]`
  /// @param transposed whether it is `[inputs, outputs]` instead
  static float[] of(SafetensorsFile file, TensorInfo tensor, boolean transposed)
      throws IOException {
    int rows = Math.toIntExact(tensor.shape().dimensions().getFirst());
    int columns = Math.toIntExact(tensor.shape().dimensions().getLast());
    double[] sums = new double[transposed ? rows : columns];
    TensorBytes bytes = file.bytes(tensor.name());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment row = arena.allocate((long) columns * Float.BYTES);
      for (int r = 0; r < rows; r++) {
        bytes.read(r * row.byteSize(), row);
        for (int c = 0; c < columns; c++) {
          sums[transposed ? r : c] += row.getAtIndex(FLOAT, c);
        }
      }
    }
    float[] rounded = new float[sums.length];
    for (int i = 0; i < sums.length; i++) {
      rounded[i] = (float) sums[i];
    }
    return rounded;
  }
}
