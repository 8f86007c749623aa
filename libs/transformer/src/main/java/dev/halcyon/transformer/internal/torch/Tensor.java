package dev.halcyon.transformer.internal.torch;

import ai.djl.pytorch.engine.PtNDArray;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A tensor on a device, alive until its [Scope] or itself is closed.
///
/// @param array DJL's handle of it
public record Tensor(PtNDArray array) implements AutoCloseable {
  /// Size of the given dimension.
  public long size(int dimension) {
    return array.getShape().get(dimension);
  }

  /// The values of a float64 tensor.
  public double[] doubles() {
    double[] values = new double[Math.toIntExact(array.getShape().size())];
    bytes().asDoubleBuffer().get(values);
    return values;
  }

  /// The values of an int64 tensor.
  public long[] longs() {
    long[] values = new long[Math.toIntExact(array.getShape().size())];
    bytes().asLongBuffer().get(values);
    return values;
  }

  /// The values of a float32 tensor.
  public float[] floats() {
    MemorySegment source = MemorySegment.ofBuffer(bytes());
    return source.toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
  }

  private ByteBuffer bytes() {
    return array.toByteBuffer().order(ByteOrder.nativeOrder());
  }

  @Override
  public void close() {
    array.close();
  }
}
