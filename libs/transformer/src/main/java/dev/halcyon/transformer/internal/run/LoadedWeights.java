package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.internal.blueprint.Parameter;
import dev.halcyon.transformer.internal.decoder.Weights;
import dev.halcyon.transformer.internal.torch.ElementType;
import dev.halcyon.transformer.internal.torch.Scope;
import dev.halcyon.transformer.internal.torch.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The tensors of one layer on the device.
final class LoadedWeights implements Weights {
  private final Map<String, Tensor> wide = new HashMap<>();
  private final Map<String, Tensor> narrow = new HashMap<>();

  /// @param scope that they live in; on the host they lie in the loaded part's own memory
  /// @param parameters of the layer
  LoadedWeights(
      Scope scope, List<Parameter> parameters, WeightStream.Loaded loaded, ElementType type) {
    for (Parameter parameter : parameters) {
      long[] shape = parameter.dimensions().stream().mapToLong(Long::longValue).toArray();
      Tensor tensor = scope.wrap(loaded.slice(parameter.name()), shape);
      wide.put(parameter.name(), tensor);
      if (type != ElementType.FLOAT32) {
        narrow.put(parameter.name(), scope.torch().cast(tensor, type));
      }
    }
  }

  @Override
  public Tensor matrix(String name) {
    return narrow.getOrDefault(name, wide.get(name));
  }

  @Override
  public Tensor vector(String name) {
    return wide.get(name);
  }

  @Override
  public Tensor bias(String name) {
    return matrix(name);
  }
}
