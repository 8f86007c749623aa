package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.job.Plan.ResolvedModel;
import dev.halcyon.contracts.store.PlacedModel;
import dev.halcyon.contracts.store.TensorCopy;
import dev.halcyon.contracts.store.TensorCopy.Location;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A resolved model with its tensors and the files beside them.
///
/// @param model as the plan names it
/// @param tensors by key, each whole and where it is
/// @param files those of [PlacedModel#FILES] that it has
record ModelTensors(
    ResolvedModel model, Map<String, TensorCopy> tensors, Map<String, Location> files) {
  /// A model of weights.
  ///
  /// @param name `base`, `ft1`, …
  /// @param source as the plan names it
  /// @param notes what a reader must know of how it was read
  static ModelTensors of(
      String name,
      String source,
      String fingerprint,
      Map<String, TensorCopy> tensors,
      Map<String, Location> files,
      List<String> notes) {
    long bytes = tensors.values().stream().mapToLong(TensorCopy::bytes).sum();
    return new ModelTensors(
        new ResolvedModel(name, source, fingerprint, tensors.size(), bytes, notes), tensors, files);
  }

  /// The same with further notes.
  ModelTensors with(List<String> notes) {
    List<String> all = new ArrayList<>(model.notes());
    all.addAll(notes);
    ResolvedModel noted =
        new ResolvedModel(
            model.name(), model.source(), model.fingerprint(), model.tensors(), model.bytes(), all);
    return new ModelTensors(noted, tensors, files);
  }

  String name() {
    return model.name();
  }

  /// The whole model with the place of each part.
  PlacedModel placed() {
    Map<String, TensorCopy> read = new LinkedHashMap<>();
    tensors.forEach((name, copy) -> read.put(name, copy.read()));
    return new PlacedModel(model.source(), files, read);
  }

  /// Elements of all tensors.
  long parameters() {
    return tensors.values().stream().mapToLong(copy -> copy.shape().elements()).sum();
  }

  /// All of the models' keys, in order.
  static List<String> keys(List<ModelTensors> models) {
    return models.stream()
        .flatMap(model -> model.tensors().keySet().stream())
        .distinct()
        .sorted()
        .toList();
  }
}
