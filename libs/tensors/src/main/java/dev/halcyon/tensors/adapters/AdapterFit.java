package dev.halcyon.tensors.adapters;

import dev.halcyon.tensors.InvalidCheckpointException;
import dev.halcyon.tensors.Printable;
import dev.halcyon.tensors.Shape;
import dev.halcyon.tensors.adapters.AdapterTensors.Factors;
import dev.halcyon.tensors.adapters.AdapterTensors.Tensor;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// An adapter matched with its base: which tensors change, and how.
public final class AdapterFit {
  private static final List<String> HEADS = List.of("lm_head", "embed_out", "output");
  private static final List<String> EMBEDDINGS =
      List.of("embed_tokens", "wte", "embed_in", "word_embeddings", "tok_embeddings");

  private final String source;
  private final AdapterConfig config;
  private final Map<String, Shape> base;
  private final ModuleNames names;
  private final SortedMap<String, Tensor> whole = new TreeMap<>();
  private final SortedMap<String, AdapterChange> changes = new TreeMap<>();

  private AdapterFit(AdapterConfig config, AdapterTensors adapter, Map<String, Shape> base) {
    this.source = adapter.source();
    this.config = config;
    this.base = base;
    Set<String> modules = new LinkedHashSet<>(adapter.modules().keySet());
    modules.removeIf(this::isTiedHead);
    this.names = new ModuleNames(source, modules, base.keySet());
    adapter.whole().forEach((name, tensor) -> whole.put(names.parameter(name), tensor));
    boolean layout = isFanInFanOut(adapter);
    adapter.modules().forEach((module, factors) -> change(module, factors, layout));
    whole.forEach(
        (name, tensor) -> changes.putIfAbsent(name, new AdapterChange.Replacement(tensor.name())));
  }

  /// The changes by the name of the base's tensor; a tensor that the base lacks is called as the
  /// adapter calls it. All others stay as they are.
  ///
  /// @param base shapes of the base's tensors by name
  /// @throws InvalidCheckpointException where the adapter does not fit the base
  public static SortedMap<String, AdapterChange> of(
      AdapterConfig config, AdapterTensors adapter, Map<String, Shape> base) {
    return new AdapterFit(config, adapter, base).changes;
  }

  /// Whether the module is a head that the base's files leave out, because it is the embedding.
  private boolean isTiedHead(String module) {
    String last = lastPart(module);
    return HEADS.contains(last)
        && base.keySet().stream().noneMatch(name -> isWeightOf(name, last))
        && embedding().isPresent();
  }

  private Optional<String> embedding() {
    return base.keySet().stream()
        .filter(name -> EMBEDDINGS.stream().anyMatch(last -> isWeightOf(name, last)))
        .sorted()
        .findFirst();
  }

  private static boolean isWeightOf(String name, String module) {
    String weight = module + ModuleNames.WEIGHT;
    return name.equals(weight) || name.endsWith("." + weight);
  }

  private static String lastPart(String module) {
    return module.substring(module.lastIndexOf('.') + 1);
  }

  /// How the layers' weights are stored, by those that are not square; where all are, as the config
  /// says. PEFT goes by the module's class there and writes into the config what it saw last.
  private boolean isFanInFanOut(AdapterTensors adapter) {
    return adapter.modules().entrySet().stream()
        .filter(entry -> !entry.getValue().embedding() && !isOutsideLayers(entry.getKey()))
        .map(entry -> layout(entry.getKey(), entry.getValue()))
        .flatMap(Optional::stream)
        .findFirst()
        .orElse(config.fanInFanOut());
  }

  private static boolean isOutsideLayers(String module) {
    return module.chars().noneMatch(Character::isDigit);
  }

  /// Whether the weight is stored as `[in, out]`, where its shape tells.
  private Optional<Boolean> layout(String module, Factors factors) {
    Shape weight = base.get(names.parameter(module + ModuleNames.WEIGHT));
    boolean linear = product(factors, false).equals(weight);
    boolean transposed = product(factors, true).equals(weight);
    return linear == transposed ? Optional.empty() : Optional.of(transposed);
  }

  /// Shape of B A, or of its transpose.
  private static Shape product(Factors factors, boolean transposed) {
    long rows = factors.b().shape().dimensions().getFirst();
    long columns = factors.a().shape().dimensions().getLast();
    return transposed ? Shape.of(columns, rows) : Shape.of(rows, columns);
  }

  private void change(String module, Factors factors, boolean fanInFanOut) {
    checkRank(module, factors);
    String name = names.parameter(module + ModuleNames.WEIGHT);
    boolean transposed =
        factors.embedding()
            || layout(module, factors).orElse(fanInFanOut && !isOutsideLayers(module));
    String weight = base.containsKey(name) ? name : embedding().orElseThrow();
    Optional<Tensor> instead = Optional.ofNullable(whole.get(name));
    checkShape(factors, transposed, weight, instead);
    changes.put(
        name,
        new AdapterChange.LowRank(
            weight,
            instead.map(Tensor::name),
            factors.a().name(),
            factors.b().name(),
            transposed,
            config.scaling(module)));
  }

  private void checkRank(String module, Factors factors) {
    long expected = config.rank(module);
    if (factors.rank() != expected) {
      throw InvalidCheckpointException.ofTensor(
          source,
          factors.a().name(),
          "has rank %d, and %s says %d".formatted(factors.rank(), AdapterFiles.CONFIG, expected));
    }
  }

  private void checkShape(
      Factors factors, boolean transposed, String weight, Optional<Tensor> instead) {
    Shape shape = instead.map(Tensor::shape).orElse(base.get(weight));
    if (!product(factors, transposed).equals(shape)) {
      throw InvalidCheckpointException.ofTensor(
          source,
          factors.a().name(),
          "and its counterpart of shapes %s and %s change a weight of shape %s, and %s has the shape %s: %s"
              .formatted(
                  factors.a().shape(),
                  factors.b().shape(),
                  product(factors, transposed),
                  Printable.of(instead.map(Tensor::name).orElse(weight)),
                  shape,
                  trainedOn()));
    }
    instead
        .map(Tensor::dtype)
        .filter(type -> !type.computable())
        .ifPresent(type -> {
          throw InvalidCheckpointException.ofTensor(
              source, instead.get().name(), "is " + type + ", which is not supported");
        });
  }

  private String trainedOn() {
    return config
        .base()
        .map(name -> "the adapter was trained on " + name)
        .orElse("the adapter was trained on another base");
  }
}
