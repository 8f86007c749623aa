package dev.halcyon.transformer;

import dev.halcyon.tensors.Checkpoint;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A decoder language model: its `config.json` and its tensors, checked against each other.
///
/// Opening reads no tensor, but for the output matrix where the config ties it to the embedding and
/// the checkpoint holds it all the same. Safe for use by several runs.
public final class DecoderModel implements AutoCloseable {
  private static final Set<DType> READABLE =
      EnumSet.of(DType.F32, DType.BF16, DType.F16, DType.F64);

  private static final long LARGEST_CONFIG = 4 << 20;

  private final ReadConfig config;
  private final Blueprint blueprint;
  private final WeightSource weights;
  private final Map<String, TensorSpec> tensors;
  private final AutoCloseable owned;

  private DecoderModel(ReadConfig config, WeightSource weights, AutoCloseable owned) {
    this.config = config;
    this.blueprint = config.blueprint();
    this.weights = weights;
    this.tensors = index(weights);
    this.owned = owned;
    blueprint.parameters().forEach(this::check);
  }

  /// Opens a folder with `config.json` and safetensors files.
  ///
  /// @throws UnsupportedModelException where the architecture or a field of the config is not
  ///   supported, or the tensors do not fit the config
  /// @throws dev.halcyon.tensors.InvalidCheckpointException where the files are damaged
  /// @throws IOException where they cannot be read
  public static DecoderModel open(Path folder) throws IOException {
    Checkpoint checkpoint = Checkpoint.open(folder);
    try {
      Path config =
          checkpoint
              .configJson()
              .orElseThrow(
                  () -> new UnsupportedModelException(folder.toString(), "has no config.json"));
      return of(WeightSource.of(checkpoint), readConfig(config), Set.of(), checkpoint);
    } catch (Throwable e) {
      checkpoint.close();
      throw e;
    }
  }

  /// A model whose tensors come from elsewhere; closing it leaves them open.
  ///
  /// @param configJson content of `config.json`
  /// @throws UnsupportedModelException as [#open]
  /// @throws IOException where tensors cannot be read
  public static DecoderModel of(WeightSource weights, byte[] configJson) throws IOException {
    return of(weights, configJson, Set.of());
  }

  /// As [#of(WeightSource, byte\[\])], passing over fields of the config of which it is not known
  /// what they do.
  ///
  /// @param allowedFields by their paths, as `rope_scaling.name`
  public static DecoderModel of(WeightSource weights, byte[] configJson, Set<String> allowedFields)
      throws IOException {
    return of(weights, configJson, allowedFields, () -> {});
  }

  private static DecoderModel of(
      WeightSource weights, byte[] configJson, Set<String> allowedFields, AutoCloseable owned)
      throws IOException {
    ModelConfig config = ModelConfig.parse(weights.name() + " config.json", configJson);
    TensorNames names = new TensorNames(weights.name(), index(weights).keySet());
    DecoderModel model =
        new DecoderModel(Architectures.read(config, names, allowedFields), weights, owned);
    model.requireTiedHead();
    return model;
  }

  /// `model_type` of the config.
  public String architecture() {
    return blueprint.architecture();
  }

  /// Number of decoder layers.
  public int layers() {
    return blueprint.layers().size();
  }

  /// Tokens that the model knows: valid ones are 0 to below it.
  public int vocabulary() {
    return blueprint.vocabulary();
  }

  /// Whether the output matrix is the embedding, and so no parameter of its own.
  public boolean tied() {
    return blueprint.tied();
  }

  /// All parameters as stored, from the embedding to the head.
  public List<TensorSpec> parameters() {
    return blueprint.parameters().stream().map(p -> tensors.get(p.name())).toList();
  }

  /// Elements of all parameters.
  public long elements() {
    return blueprint.elements();
  }

  /// Tensors of the checkpoint that are not part of the computation. An output matrix that is the
  /// embedding once more is none of them.
  public UnusedTensors unused() {
    Set<String> used = new HashSet<>();
    blueprint.parameters().forEach(parameter -> used.add(parameter.name()));
    storedTiedHead().ifPresent(head -> used.add(head.head().name()));
    return UnusedTensors.of(tensors.keySet(), used);
  }

  /// Fields of the config that were passed over on demand, with their values.
  public Map<String, String> passedOverFields() {
    return config.passedOver();
  }

  /// What a reader of its numbers must know, where it was not saved as a causal language model.
  public Optional<String> remark() {
    return config.remark();
  }

  /// What errors name.
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

  @Override
  public void close() throws IOException {
    try {
      owned.close();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("[" + name() + "] cannot be closed", e);
    }
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

  private static byte[] readConfig(Path config) throws IOException {
    long size = Files.size(config);
    if (size > LARGEST_CONFIG) {
      throw new UnsupportedModelException(
          config.toString(), "has " + size + " bytes, too many for a config.json");
    }
    return Files.readAllBytes(config);
  }
}
