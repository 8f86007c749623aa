package dev.halcyon.transformer.internal.blueprint;

import dev.halcyon.transformer.UnsupportedModelException;
import dev.halcyon.transformer.UnusedTensors;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/// Names of a checkpoint's tensors, which begin with the base model's name or do not.
public final class TensorNames {
  private final String source;
  private final Set<String> present;

  /// Knows the names of a checkpoint.
  ///
  /// @param source names the checkpoint in errors
  /// @param present all tensors of the checkpoint
  public TensorNames(String source, Set<String> present) {
    this.source = source;
    this.present = Set.copyOf(present);
  }

  public boolean has(String name) {
    return present.contains(name);
  }

  /// Those that are not part of the model, in order.
  UnusedTensors unused(Blueprint blueprint) {
    Set<String> used = new HashSet<>();
    blueprint.parameters().forEach(parameter -> used.add(parameter.name()));
    return UnusedTensors.of(new TreeSet<>(present), used);
  }

  /// `prefix`, or nothing where the checkpoint was saved from the base model.
  ///
  /// @param prefix as `model.`
  /// @param witness a tensor that every checkpoint has, without the prefix
  public String base(String prefix, String witness) {
    if (has(prefix + witness)) {
      return prefix;
    }
    if (has(witness)) {
      return "";
    }
    throw new UnsupportedModelException(
        source, "has neither tensor " + prefix + witness + " nor " + witness);
  }
}
