package dev.halcyon.tensors.adapters;

import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.InvalidCheckpointException;
import dev.halcyon.tensors.Printable;
import dev.halcyon.tensors.Shape;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The tensors of an adapter, grouped by their effect on the base.
public final class AdapterTensors {
  private final String source;
  private final SortedMap<String, Factors> modules = new TreeMap<>();
  private final SortedMap<String, Tensor> whole = new TreeMap<>();

  /// A tensor of the adapter's file.
  public record Tensor(String name, DType dtype, Shape shape) {}

  /// A module's matrices; for an embedding A is `[rank, rows of the weight]`.
  record Factors(Tensor a, Tensor b, boolean embedding) {
    long rank() {
      return a.shape().dimensions().getFirst();
    }
  }

  /// @param source names the file in errors
  /// @param tensors of the file, by name
  /// @throws InvalidCheckpointException where one belongs to what is not read, or a module has one
  ///   matrix only
  public AdapterTensors(String source, Map<String, Tensor> tensors) {
    this.source = source;
    SortedMap<String, Tensor> first = new TreeMap<>();
    SortedMap<String, Tensor> second = new TreeMap<>();
    tensors.values().forEach(tensor -> sort(tensor, first, second));
    first.forEach((module, a) -> modules.put(module, factors(a, second.remove(module))));
    if (!second.isEmpty()) {
      throw alone(second.get(second.firstKey()));
    }
    if (modules.isEmpty() && whole.isEmpty()) {
      throw new InvalidCheckpointException(source, "holds no tensor of an adapter");
    }
  }

  private void sort(
      Tensor tensor, SortedMap<String, Tensor> first, SortedMap<String, Tensor> second) {
    switch (AdapterKey.parse(source, tensor.name())) {
      case AdapterKey.Factor factor ->
          put(factor.first() ? first : second, factor.module(), tensor);
      case AdapterKey.Whole(String name) -> put(whole, name, tensor);
      case AdapterKey.Unused() -> {}
    }
  }

  private void put(SortedMap<String, Tensor> tensors, String name, Tensor tensor) {
    Tensor other = tensors.put(name, tensor);
    if (other != null) {
      throw InvalidCheckpointException.ofTensor(
          source, tensor.name(), "is there as " + Printable.of(other.name()) + ", too");
    }
  }

  private Factors factors(Tensor a, Tensor b) {
    if (b == null) {
      throw alone(a);
    }
    boolean embedding = ((AdapterKey.Factor) AdapterKey.parse(source, a.name())).embedding();
    checkFactor(a);
    checkFactor(b);
    if (!a.shape().dimensions().getFirst().equals(b.shape().dimensions().getLast())) {
      throw InvalidCheckpointException.ofTensor(
          source,
          a.name(),
          "of shape %s and %s of shape %s have no rank in common"
              .formatted(a.shape(), Printable.of(b.name()), b.shape()));
    }
    return new Factors(a, b, embedding);
  }

  private void checkFactor(Tensor factor) {
    if (factor.shape().rank() != 2) {
      throw InvalidCheckpointException.ofTensor(
          source,
          factor.name(),
          "has the shape %s; LoRA is read on linear layers and embeddings, whose matrices have two dimensions: %s"
              .formatted(factor.shape(), ConfigFields.mergeInstead()));
    }
    if (!factor.dtype().computable()) {
      throw InvalidCheckpointException.ofTensor(
          source, factor.name(), "is " + factor.dtype() + ", which is not supported");
    }
  }

  private InvalidCheckpointException alone(Tensor factor) {
    return InvalidCheckpointException.ofTensor(
        source, factor.name(), "has no counterpart: LoRA takes a matrix A and a matrix B");
  }

  /// What the file is called in errors.
  String source() {
    return source;
  }

  /// The matrices by module, the module as the base calls it, but for a prefix.
  SortedMap<String, Factors> modules() {
    return modules;
  }

  /// Tensors that take the place of the base's, or are new, by the base's name, but for a prefix.
  SortedMap<String, Tensor> whole() {
    return whole;
  }
}
