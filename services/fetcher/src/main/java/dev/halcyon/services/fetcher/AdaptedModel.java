package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.job.Plan.ResolvedModel;
import dev.halcyon.contracts.store.StoredTensor;
import dev.halcyon.contracts.store.TensorCopy;
import dev.halcyon.contracts.store.TensorValue;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.tensors.Shape;
import dev.halcyon.tensors.adapters.AdapterChange;
import dev.halcyon.tensors.adapters.AdapterConfig;
import dev.halcyon.tensors.adapters.AdapterFit;
import dev.halcyon.tensors.adapters.AdapterTensors;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What a LoRA adapter makes of its base: the base's tensors, some of them with a change, and those
/// of the adapter's own.
final class AdaptedModel {
  private final String model;
  private final ModelTensors base;
  private final Map<String, StoredTensor> stored;

  /// @param model `ft1`, …
  /// @param base of the adapter
  /// @param stored tensors of the adapter's file
  AdaptedModel(String model, ModelTensors base, Collection<StoredTensor> stored) {
    this.model = model;
    this.base = base;
    this.stored = stored.stream().collect(Collectors.toMap(StoredTensor::name, tensor -> tensor));
  }

  /// The model.
  ///
  /// @param source as the plan names the adapter
  /// @param note what a reader must know of the adapter's files
  /// @throws dev.halcyon.tensors.InvalidCheckpointException where the adapter does not fit the base
  ModelTensors tensors(
      String source,
      String fingerprint,
      AdapterConfig config,
      AdapterTensors adapter,
      Optional<String> note) {
    Map<String, AdapterChange> changes = AdapterFit.of(config, adapter, shapes());
    List<String> notes = new ArrayList<>(List.of(note(changes.keySet())));
    note.ifPresent(notes::add);
    long bytes = stored.values().stream().mapToLong(StoredTensor::bytes).sum();
    return new ModelTensors(
        new ResolvedModel(model, source, fingerprint, stored.size(), bytes, notes),
        copies(changes),
        base.files());
  }

  private String note(Set<String> changed) {
    long touched = changed.stream().filter(base.tensors()::containsKey).count();
    return "a LoRA adapter that changes %d of the base's %d tensors; the others count as identical"
        .formatted(touched, base.tensors().size());
  }

  private Map<String, Shape> shapes() {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    base.tensors().forEach((name, copy) -> shapes.put(name, copy.shape()));
    return shapes;
  }

  private Map<String, TensorCopy> copies(Map<String, AdapterChange> changes) {
    Map<String, TensorCopy> copies = new LinkedHashMap<>();
    base.tensors()
        .forEach((name, copy) ->
            copies.put(name, new TensorCopy(model, new TensorValue.Unchanged(copy.value()))));
    changes.forEach((name, change) -> copies.put(name, new TensorCopy(model, value(change))));
    return copies;
  }

  private TensorValue value(AdapterChange change) {
    return switch (change) {
      case AdapterChange.Replacement(String tensor) -> new TensorValue.Plain(stored.get(tensor));
      case AdapterChange.LowRank lowRank ->
          new TensorValue.LowRank(
              weight(lowRank),
              stored.get(lowRank.a()),
              stored.get(lowRank.b()),
              lowRank.transposed(),
              lowRank.scaling());
    };
  }

  private TensorValue weight(AdapterChange.LowRank change) {
    return change
        .instead()
        .<TensorValue>map(tensor -> new TensorValue.Plain(stored.get(tensor)))
        .orElseGet(() -> ofBase(change.weight()));
  }

  private TensorValue ofBase(String name) {
    TensorValue value = base.tensors().get(name).value();
    if (!value.dtype().computable()) {
      throw new BadInputException(
          "[%s] tensor %s is %s, which an adapter's change is not added to"
              .formatted(base.model().source(), name, value.dtype()));
    }
    return value;
  }
}
