package dev.halcyon.transformer.internal.torch;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Owns the tensors that operations make on one device: closing frees them.
///
/// Used on the device's own thread only.
public final class Scope implements AutoCloseable {
  private final PtSymbolBlock module;
  private final PtNDManager manager;
  private final Operations operations;

  Scope(PtSymbolBlock module, PtNDManager manager) {
    this.module = module;
    this.manager = manager;
    this.operations = new Operations(new OperationCalls(module, manager));
  }

  /// A scope within this one, for what is needed for a shorter time.
  public Scope open() {
    return new Scope(module, (PtNDManager) manager.newSubManager());
  }

  /// Whether tensors lie in the host's own memory.
  public boolean onHost() {
    return !manager.getDevice().isGpu();
  }

  /// Operations whose results belong to this scope.
  public Operations torch() {
    return operations;
  }

  /// A float32 tensor over host memory: on the host without a copy, so that the memory must outlive
  /// it and changes to either show in both; elsewhere a copy.
  ///
  /// @param values native memory of exactly the shape's size, below 2 GiB
  public Tensor wrap(MemorySegment values, long... shape) {
    return wrap(ElementType.FLOAT32, values, shape);
  }

  /// The same of another type.
  public Tensor wrap(ElementType type, MemorySegment values, long... shape) {
    return of(values, type.dataType(), shape);
  }

  /// An int64 tensor of these values.
  public Tensor of(long[] values, long... shape) {
    ByteBuffer buffer = direct(values.length);
    buffer.asLongBuffer().put(values);
    return of(MemorySegment.ofBuffer(buffer), DataType.INT64, shape);
  }

  /// A float64 tensor of these values.
  public Tensor of(double[] values, long... shape) {
    ByteBuffer buffer = direct(values.length);
    buffer.asDoubleBuffer().put(values);
    return of(MemorySegment.ofBuffer(buffer), DataType.FLOAT64, shape);
  }

  /// A tensor of zeros.
  public Tensor zeros(ElementType type, long... shape) {
    return new Tensor((PtNDArray) manager.zeros(new Shape(shape), type.dataType()));
  }

  /// Copies a tensor's values into host memory as float32.
  ///
  /// @param target native memory of exactly the tensor's size, below 2 GiB
  public void copy(Tensor tensor, MemorySegment target) {
    copy(ElementType.FLOAT32, tensor, target);
  }

  /// The same as another type.
  public void copy(ElementType type, Tensor tensor, MemorySegment target) {
    try (Tensor view =
        new Tensor(
            JniUtils.createNdFromByteBuffer(
                manager,
                target.asByteBuffer().order(ByteOrder.nativeOrder()),
                tensor.array().getShape(),
                type.dataType(),
                SparseFormat.DENSE,
                Device.cpu()))) {
      operations.copy(view, tensor);
    }
  }

  /// Takes over a tensor of another scope of this device.
  public Tensor adopt(Tensor tensor) {
    tensor.array().attach(manager);
    return tensor;
  }

  @Override
  public void close() {
    manager.close();
  }

  private Tensor of(MemorySegment values, DataType type, long... shape) {
    ByteBuffer buffer = values.asByteBuffer().order(ByteOrder.nativeOrder());
    return new Tensor(manager.create(buffer, new Shape(shape), type));
  }

  private static ByteBuffer direct(int count) {
    return ByteBuffer.allocateDirect(count * Long.BYTES).order(ByteOrder.nativeOrder());
  }
}
