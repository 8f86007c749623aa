package dev.halcyon.transformer.internal.torch;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import java.util.ArrayList;
import java.util.List;

/// Calls functions of `operations.py` by name.
///
/// @param module that holds the functions
/// @param manager of the tensors that they make
record OperationCalls(PtSymbolBlock module, PtNDManager manager) {
  /// Runs a function that makes one tensor.
  Tensor one(String name, Object... arguments) {
    try (IValue result = invoke(name, arguments)) {
      return new Tensor(result.toTensor(manager));
    }
  }

  /// Runs a function that makes a list of tensors.
  List<Tensor> all(String name, Object... arguments) {
    try (IValue result = invoke(name, arguments)) {
      List<Tensor> tensors = new ArrayList<>();
      for (PtNDArray array : result.toTensorArray(manager)) {
        tensors.add(new Tensor(array));
      }
      return tensors;
    }
  }

  /// Runs a function that changes its first argument.
  void run(String name, Object... arguments) {
    invoke(name, arguments).close();
  }

  private IValue invoke(String name, Object... arguments) {
    IValue[] values = new IValue[arguments.length];
    try {
      for (int i = 0; i < arguments.length; i++) {
        values[i] = value(arguments[i]);
      }
      return IValueUtils.runMethod(module, name, values);
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
