package dev.halcyon.tensors.adapters;

import static java.util.Objects.requireNonNull;

import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.Shape;
import dev.halcyon.tensors.TensorBytes;
import dev.halcyon.tensors.kernels.Widening;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// One of the two matrices of a low-rank product, as stored.
///
/// @param dtype computable
/// @param shape of two dimensions
public record Factor(DType dtype, Shape shape, TensorBytes bytes) {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  public Factor {
    requireNonNull(bytes, "bytes is null");
    if (!dtype.computable() || shape.rank() != 2) {
      throw new IllegalArgumentException(dtype + " " + shape + " is not a supported matrix");
    }
    if (bytes.size() < dtype.bytes(shape)) {
      throw new IllegalArgumentException(
          bytes.size() + " bytes are too few for a matrix of " + dtype + " " + shape);
    }
  }

  long rows() {
    return shape.rows();
  }

  long columns() {
    return shape.columns();
  }

  /// Some rows, as float32.
  float[][] read(long first, int count) throws IOException {
    int columns = Math.toIntExact(columns());
    try (Buffer buffer = new Buffer(Math.multiplyExact(count, columns))) {
      buffer.read(first * columns, count * columns);
      float[][] rows = new float[count][columns];
      for (int row = 0; row < count; row++) {
        buffer.copy(row * columns, rows[row]);
      }
      return rows;
    }
  }

  /// Some columns, each as an array, as float32.
  float[][] readColumns(long first, int count) throws IOException {
    int length = Math.toIntExact(rows());
    float[][] columns = new float[count][length];
    float[] values = new float[count];
    try (Buffer buffer = new Buffer(count)) {
      for (int row = 0; row < length; row++) {
        buffer.read(row * columns() + first, count);
        buffer.copy(0, values);
        for (int column = 0; column < count; column++) {
          columns[column][row] = values[column];
        }
      }
    }
    return columns;
  }

  /// Elements on their way from storage to an array. Native, as all other memory that is widened:
  /// the compiler makes slow code of a loop that has met memory of several kinds.
  private final class Buffer implements AutoCloseable {
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment raw;
    private final MemorySegment wide;

    Buffer(int elements) {
      raw = arena.allocate((long) elements * dtype.bytes());
      wide = arena.allocate((long) elements * Float.BYTES);
    }

    void read(long first, int count) throws IOException {
      bytes.read(first * dtype.bytes(), raw.asSlice(0, (long) count * dtype.bytes()));
      if (Widening.fitsFloat(dtype)) {
        Widening.toFloat(dtype, raw, wide, count);
      } else {
        narrow(count);
      }
    }

    private void narrow(int count) {
      double[] values = new double[count];
      Widening.toDouble(dtype, raw, values, count);
      for (int i = 0; i < count; i++) {
        wide.setAtIndex(FLOAT, i, (float) values[i]);
      }
    }

    void copy(int from, float[] target) {
      MemorySegment.copy(wide, FLOAT, (long) from * Float.BYTES, target, 0, target.length);
    }

    @Override
    public void close() {
      arena.close();
    }
  }
}
