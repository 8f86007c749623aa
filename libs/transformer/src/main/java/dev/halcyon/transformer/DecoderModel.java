package dev.halcyon.transformer;

import dev.halcyon.tensors.DType;
import dev.halcyon.tensors.TensorSpec;
import dev.halcyon.transformer.internal.blueprint.Architectures;
import dev.halcyon.transformer.internal.blueprint.Blueprint;
import dev.halcyon.transformer.internal.blueprint.ModelConfig;
import dev.halcyon.transformer.internal.blueprint.Parameter;
import dev.halcyon.transformer.internal.blueprint.ReadConfig;
import dev.halcyon.transformer.internal.blueprint.TensorNames;
import dev.halcyon.transformer.internal.run.Alignment;
import java.io.IOException;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A decoder language model: its `config.json` and its tensors, checked against each other.
///
/// Opening reads no tensor, with one exception: if the config ties the output matrix to the
/// embedding and the checkpoint also stores it, both are compared. Safe for use by several runs.
public final class DecoderModel {
  private static final Set<DType> READABLE =
      EnumSet.of(DType.F32, DType.BF16, DType.F16, DType.F64);

  private final ReadConfig config;
  private final Blueprint blueprint;
  private final WeightSource weights;
  private final Map<String, TensorSpec> tensors;

  private DecoderModel(ReadConfig config, WeightSource weights) {
    this.config = config;
    this.blueprint = config.blueprint();
    this.weights = weights;
    this.tensors = index(weights);
    blueprint.parameters().forEach(this::check);
  }

  /// A model with the tensors of a source. The caller closes the source after the model's last use.
  ///
  /// @param configJson content of `config.json`
  /// @param allowedFields unknown fields of the config to ignore, by path, such as
  ///   `rope_scaling.name`
  /// @throws UnsupportedModelException if the architecture or a field of the config is not
  ///   supported, or if the tensors do not match the config
  /// @throws IOException if a tensor cannot be read
  public static DecoderModel of(WeightSource weights, byte[] configJson, Set<String> allowedFields)
      throws IOException {
    ModelConfig config = ModelConfig.parse(weights.name() + " config.json", configJson);
    TensorNames names = new TensorNames(weights.name(), index(weights).keySet());
    DecoderModel model =
        new DecoderModel(Architectures.read(config, names, allowedFields), weights);
    model.requireTiedHead();
    return model;
  }

  /// Number of decoder layers.
  public int layers() {
    return blueprint.layers().size();
  }

  /// Size of the vocabulary: valid tokens are 0 to `vocabulary() - 1`.
  public int vocabulary() {
    return blueprint.vocabulary();
  }

  /// Whether the output matrix is the embedding, and therefore not a parameter of its own.
  public boolean tied() {
    return blueprint.tied();
  }

  /// All parameters with their stored shapes, from the embedding to the head.
  public List<TensorSpec> parameters() {
    return blueprint.parameters().stream().map(p -> tensors.get(p.name())).toList();
  }

  /// Tensors of the checkpoint that the computation does not use. A stored copy of a tied embedding
  /// is not among them.
  public UnusedTensors unused() {
    Set<String> used = new HashSet<>();
    blueprint.parameters().forEach(parameter -> used.add(parameter.name()));
    storedTiedHead().ifPresent(head -> used.add(head.head().name()));
    return UnusedTensors.of(tensors.keySet(), used);
  }

  /// Fields of the config that were ignored because `allowedFields` names them, with their values.
  public Map<String, String> passedOverFields() {
    return config.passedOver();
  }

  /// A note for readers of the results, if the checkpoint was not saved as a causal language model.
  public Optional<String> remark() {
    return config.remark();
  }

  /// The model's name in error messages.
  public String name() {
    return weights.name();
  }

  Blueprint blueprint() {
    return blueprint;
  }

  WeightSource weights() {
    return weights;
  }

  Alignment.Model alignable() {
    return new Alignment.Model(blueprint, weights);
  }

  private void requireTiedHead() throws IOException {
    Optional<TiedHead> stored = storedTiedHead();
    if (stored.isPresent()) {
      stored.get().requireEmbedding();
    }
  }

  private Optional<TiedHead> storedTiedHead() {
    return tied() ? TiedHead.among(tensors, weights, blueprint.tokens()) : Optional.empty();
  }

  private void check(Parameter parameter) {
    TensorSpec tensor = tensors.get(parameter.name());
    if (tensor == null) {
      throw new UnsupportedModelException(
          weights.name(),
          "has no tensor "
              + parameter.name()
              + ", which its config.json asks for ("
              + parameter.shape()
              + ")");
    }
    if (!tensor.shape().equals(parameter.shape())) {
      throw new UnsupportedModelException(
          weights.name(),
          "tensor "
              + parameter.name()
              + " is "
              + tensor.shape()
              + ", and by config.json it should be "
              + parameter.shape());
    }
    if (!READABLE.contains(tensor.dtype())) {
      throw new UnsupportedModelException(
          weights.name(),
          "tensor "
              + parameter.name()
              + " is "
              + tensor.dtype()
              + ", readable are F32, BF16, F16 and F64");
    }
  }

  private static Map<String, TensorSpec> index(WeightSource weights) {
    Map<String, TensorSpec> tensors = new LinkedHashMap<>();
    weights.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
    return tensors;
  }
}
