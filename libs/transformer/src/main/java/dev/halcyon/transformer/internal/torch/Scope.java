package dev.halcyon.transformer.internal.torch;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// Runs operations on one device and owns the tensors they make: closing frees them.
///
/// Used on the device's own thread only.
public final class Scope implements AutoCloseable {
  private final PtSymbolBlock operations;
  private final PtNDManager manager;

  Scope(PtSymbolBlock operations, PtNDManager manager) {
    this.operations = operations;
    this.manager = manager;
  }

  /// A scope within this one, for what is needed for a shorter time.
  public Scope open() {
    return new Scope(operations, (PtNDManager) manager.newSubManager());
  }

  /// Whether tensors lie in the host's own memory.
  public boolean onHost() {
    return !manager.getDevice().isGpu();
  }

  /// Runs an operation that makes one tensor.
  ///
  /// @param operation a method of `operations.py`
  /// @param arguments tensors, numbers, arrays of numbers or lists of tensors, as the method has
  ///   them
  public Tensor call(String operation, Object... arguments) {
    try (IValue result = invoke(operation, arguments)) {
      return new Tensor(result.toTensor(manager));
    }
  }

  /// Runs an operation that makes a list of tensors.
  public List<Tensor> callAll(String operation, Object... arguments) {
    try (IValue result = invoke(operation, arguments)) {
      List<Tensor> tensors = new ArrayList<>();
      for (PtNDArray array : result.toTensorArray(manager)) {
        tensors.add(new Tensor(array));
      }
      return tensors;
    }
  }

  /// Runs an operation that changes one of its arguments.
  public void run(String operation, Object... arguments) {
    invoke(operation, arguments).close();
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
      run("copy_", view, tensor);
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

  private IValue invoke(String operation, Object... arguments) {
    IValue[] values = new IValue[arguments.length];
    try {
      for (int i = 0; i < arguments.length; i++) {
        values[i] = value(arguments[i]);
      }
      return IValueUtils.runMethod(operations, operation, values);
    } finally {
      for (IValue value : values) {
        if (value != null) {
          value.close();
        }
      }
    }
  }

  private static IValue value(Object argument) {
    return switch (argument) {
      case Tensor tensor -> IValue.from(tensor.array());
      case Integer number -> IValue.from((long) number);
      case Long number -> IValue.from((long) number);
      case Double number -> IValue.from((double) number);
      case Boolean flag -> IValue.from((boolean) flag);
      case long[] numbers -> IValue.listFrom(numbers);
      case double[] numbers -> IValue.listFrom(numbers);
      case Tensor[] tensors -> IValue.listFrom(arrays(tensors));
      default ->
          throw new IllegalArgumentException("no TorchScript value for " + argument.getClass());
    };
  }

  private static PtNDArray[] arrays(Tensor[] tensors) {
    PtNDArray[] arrays = new PtNDArray[tensors.length];
    for (int i = 0; i < tensors.length; i++) {
      arrays[i] = tensors[i].array();
    }
    return arrays;
  }
}
