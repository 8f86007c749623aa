package dev.halcyon.services.fetcher;

import dev.halcyon.analysis.names.NameAlignment;
import dev.halcyon.analysis.names.NameAlignment.Aligned;
import dev.halcyon.contracts.job.Plan.Prefix;
import dev.halcyon.contracts.store.TensorCopy;
import dev.halcyon.tensors.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Gives the models' tensors the keys that they are paired by: the base's names, and for tensors
/// that the base has not the first fine-tune's that has them.
final class ModelKeys {
  private final Map<String, Shape> known = new LinkedHashMap<>();

  private ModelKeys() {}

  /// The models with keys in place of names.
  static List<ModelTensors> align(List<ModelTensors> models) {
    ModelKeys keys = new ModelKeys();
    return models.stream().map(keys::align).toList();
  }

  private ModelTensors align(ModelTensors model) {
    Map<String, Shape> shapes = new TreeMap<>();
    model.tensors().forEach((name, copy) -> shapes.put(name, copy.shape()));
    Aligned aligned =
        known.isEmpty() ? new Aligned(List.of(), Map.of()) : NameAlignment.of(known, shapes);
    Map<String, TensorCopy> tensors = new LinkedHashMap<>();
    model
        .tensors()
        .forEach((name, copy) -> tensors.put(aligned.keys().getOrDefault(name, name), copy));
    tensors.forEach((key, copy) -> known.putIfAbsent(key, copy.shape()));
    List<Prefix> prefixes = new ArrayList<>();
    aligned.renamings().forEach(found -> prefixes.add(new Prefix(found.from(), found.to())));
    return new ModelTensors(model.model().with(prefixes), tensors, model.files());
  }
}
