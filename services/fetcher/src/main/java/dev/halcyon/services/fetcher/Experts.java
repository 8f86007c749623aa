package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.job.Plan.SkippedTensor;
import dev.halcyon.contracts.job.SkipReason;
import dev.halcyon.contracts.store.TensorCopy;
import dev.halcyon.contracts.store.TensorValue;
import dev.halcyon.services.fetcher.ExpertNames.Spelling;
import dev.halcyon.tensors.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Cuts stacks of experts into the matrices of each, in layers where another model stores its
/// experts one by one, and gives both the keys of the first model that does.
///
/// A stack `gate_up_proj` holds `[experts, 2 x inner, hidden]`, gate above up, and `down_proj`
/// `[experts, hidden, inner]`. One of another order of elements (transposed, or with gate and up
/// interleaved) is not compared, and it is said so.
final class Experts {
  /// What a layer is compared by.
  ///
  /// @param gate shape of an expert's gate matrix
  private record Reference(String block, Spelling spelling, long experts, Shape gate) {
    Shape gateUp() {
      return Shape.of(experts, 2 * gate.rows(), gate.columns());
    }

    Shape down() {
      return Shape.of(experts, gate.columns(), gate.rows());
    }
  }

  private final Map<String, Reference> references = new HashMap<>();
  private final List<SkippedTensor> skipped = new ArrayList<>();

  /// Models whose experts have the same keys.
  ///
  /// @param skipped stacks that are not compared
  record Unstacked(List<ModelTensors> models, List<SkippedTensor> skipped) {}

  private Experts() {}

  static Unstacked unstack(List<ModelTensors> models) {
    Experts experts = new Experts();
    models.forEach(experts::learn);
    List<ModelTensors> unstacked =
        experts.references.isEmpty() ? models : models.stream().map(experts::unstack).toList();
    return new Unstacked(unstacked, experts.skipped);
  }

  /// Takes the layers of a model that stores its experts one by one.
  private void learn(ModelTensors model) {
    Map<String, Set<Long>> numbers = new HashMap<>();
    Map<String, Reference> found = new HashMap<>();
    model
        .tensors()
        .forEach((key, copy) ->
            ExpertNames.parse(key)
                .filter(name -> name.expert().isPresent())
                .ifPresent(name -> {
                  Set<Long> experts = numbers.computeIfAbsent(name.layer(), _ -> new HashSet<>());
                  experts.add(name.expert().get());
                  Spelling spelling = Spelling.of(name.part());
                  if (name.part().equals(spelling.gate()) && copy.shape().rank() == 2) {
                    found.put(name.layer(), new Reference(name.block(), spelling, 0, copy.shape()));
                  }
                }));
    found.forEach((layer, reference) ->
        references.putIfAbsent(
            layer,
            new Reference(
                reference.block(),
                reference.spelling(),
                numbers.get(layer).size(),
                reference.gate())));
  }

  private ModelTensors unstack(ModelTensors model) {
    Map<String, String> blocks = otherBlocks(model);
    Set<String> misfits = misfits(model);
    Map<String, TensorCopy> tensors = new LinkedHashMap<>();
    model
        .tensors()
        .forEach((key, copy) -> {
          Optional<ExpertNames> name = ExpertNames.parse(key);
          Reference reference = name.map(found -> references.get(found.layer())).orElse(null);
          if (reference == null) {
            tensors.put(inBlock(key, blocks), copy);
          } else if (name.get().expert().isPresent()) {
            tensors.put(renamed(name.get(), reference), copy);
          } else {
            boolean fits = !misfits.contains(name.get().layer());
            tensors.putAll(cut(key, copy, name.get(), reference, fits));
          }
        });
    return new ModelTensors(model.model(), tensors, model.files());
  }

  /// Layers in which a stack has another shape than it should. Where one stack of a layer has, the
  /// others, which may be square, have another order of elements too.
  private Set<String> misfits(ModelTensors model) {
    Set<String> misfits = new HashSet<>();
    model
        .tensors()
        .forEach((key, copy) ->
            ExpertNames.parse(key)
                .filter(name -> name.expert().isEmpty() && references.containsKey(name.layer()))
                .filter(name -> !copy.shape().equals(expected(name)))
                .ifPresent(name -> misfits.add(name.layer())));
    return misfits;
  }

  private Shape expected(ExpertNames stack) {
    Reference reference = references.get(stack.layer());
    return stack.part().equals(ExpertNames.GATE_UP) ? reference.gateUp() : reference.down();
  }

  /// The prefixes of mixtures that the reference calls otherwise, with its name for each.
  private Map<String, String> otherBlocks(ModelTensors model) {
    Map<String, String> blocks = new HashMap<>();
    for (String key : model.tensors().keySet()) {
      Optional<ExpertNames> name = ExpertNames.parse(key);
      Reference reference = name.map(found -> references.get(found.layer())).orElse(null);
      if (reference != null && !reference.block().equals(name.get().block())) {
        blocks.put(
            name.get().layer() + name.get().block() + ".",
            name.get().layer() + reference.block() + ".");
      }
    }
    return blocks;
  }

  private static String inBlock(String key, Map<String, String> blocks) {
    int end = key.indexOf('.');
    while (end >= 0) {
      String block = blocks.get(key.substring(0, end + 1));
      if (block != null) {
        return block + key.substring(end + 1);
      }
      end = key.indexOf('.', end + 1);
    }
    return key;
  }

  private static String renamed(ExpertNames name, Reference reference) {
    String part = reference.spelling().of(Spelling.of(name.part()), name.part());
    return ExpertNames.key(name.layer(), reference.block(), name.expert().orElseThrow(), part);
  }

  /// The matrices of a stack, by key; none where it cannot be cut.
  private Map<String, TensorCopy> cut(
      String key, TensorCopy copy, ExpertNames name, Reference reference, boolean fits) {
    Map<String, TensorCopy> matrices = fits ? matrices(copy, name, reference) : Map.of();
    if (matrices.isEmpty()) {
      skipped.add(
          new SkippedTensor(
              key,
              List.of(copy.model()),
              SkipReason.LAYOUT,
              "%s stacks its experts in another order (%s, not %s) than is compared with experts stored one by one"
                  .formatted(copy.model(), copy.shape(), expected(name))));
    }
    return matrices;
  }

  private static Map<String, TensorCopy> matrices(
      TensorCopy copy, ExpertNames name, Reference reference) {
    boolean gateUp = name.part().equals(ExpertNames.GATE_UP);
    Spelling spelling = reference.spelling();
    List<String> parts =
        gateUp ? List.of(spelling.gate(), spelling.up()) : List.of(spelling.down());
    long rows = copy.shape().rows() / parts.size();
    Map<String, TensorCopy> matrices = new LinkedHashMap<>();
    for (long expert = 0; expert < reference.experts(); expert++) {
      for (int part = 0; part < parts.size(); part++) {
        Optional<TensorValue> matrix = copy.value().matrix(expert, part * rows, rows);
        if (matrix.isEmpty()) {
          return Map.of();
        }
        matrices.put(
            ExpertNames.key(name.layer(), reference.block(), expert, parts.get(part)),
            new TensorCopy(copy.model(), matrix.get()));
      }
    }
    return matrices;
  }
}
