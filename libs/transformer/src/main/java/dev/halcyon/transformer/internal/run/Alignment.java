package dev.halcyon.transformer.internal.run;

import dev.halcyon.tensors.Shape;
import dev.halcyon.tensors.TensorBytes;
import dev.halcyon.tensors.TensorSpec;
import dev.halcyon.transformer.UnsupportedModelException;
import dev.halcyon.transformer.WeightSource;
import dev.halcyon.transformer.internal.blueprint.Blueprint;
import dev.halcyon.transformer.internal.blueprint.Parameter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Two models that compute the same function of different weights, seen under the base's names.
///
/// Parameters are paired by their place in the model, since checkpoints of one architecture come
/// with and without the prefix of the base model. Where vocabularies differ in size, the tokens
/// that both have are compared.
public final class Alignment {
  /// Every tensor is the fine-tune's.
  public static final Choice ALL = name -> true;

  private final Model base;
  private final Model fineTune;

  Alignment(Model base, Model fineTune) {
    this.base = base;
    this.fineTune = fineTune;
  }

  /// A model as it is stored.
  public record Model(Blueprint blueprint, WeightSource weights) {}

  /// Which tensors are the fine-tune's; the others stay the base's.
  public interface Choice {
    /// Whether a tensor is.
    ///
    /// @param tensor of the base
    boolean changes(String tensor);
  }

  /// Tokens that both have.
  int vocabulary() {
    return Math.min(base.blueprint().vocabulary(), fineTune.blueprint().vocabulary());
  }

  /// @param longest tokens of a sample
  /// @throws UnsupportedModelException where the models compute different functions
  void requireSameFunction(int longest) {
    requireEqual(
        "model_type", base.blueprint().architecture(), fineTune.blueprint().architecture());
    requireEqual("tied head", base.blueprint().tied(), fineTune.blueprint().tied());
    requireEqual("hidden size", base.blueprint().hidden(), fineTune.blueprint().hidden());
    requireEqual(
        "number of layers", base.blueprint().layers().size(), fineTune.blueprint().layers().size());
    List<Object> own = Computation.of(fineTune.blueprint(), longest);
    if (!Computation.of(base.blueprint(), longest).equals(own)) {
      throw problem("its config.json asks for another computation than the base's", "");
    }
    pairs().forEach(this::requireShape);
  }

  /// The fine-tune's tensors under the base's names.
  WeightSource weights(Choice changed) {
    Map<String, String> names = new HashMap<>();
    for (Pair pair : pairs()) {
      if (changed.changes(pair.base().name())) {
        names.put(pair.base().name(), pair.fineTune().name());
      }
    }
    return new Renamed(base.weights(), fineTune.weights(), names);
  }

  private record Pair(Parameter base, Parameter fineTune) {}

  private List<Pair> pairs() {
    List<Parameter> bases = base.blueprint().parameters();
    List<Parameter> fineTunes = fineTune.blueprint().parameters();
    requireEqual("number of tensors", bases.size(), fineTunes.size());
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < bases.size(); i++) {
      pairs.add(new Pair(bases.get(i), fineTunes.get(i)));
    }
    return pairs;
  }

  private void requireShape(Pair pair) {
    List<Long> own = new ArrayList<>(pair.fineTune().dimensions());
    if (isOfVocabulary(pair.base())) {
      own.set(0, (long) base.blueprint().vocabulary());
    }
    if (!own.equals(pair.base().dimensions())) {
      throw problem(
          "tensor " + pair.fineTune().name() + " is " + pair.fineTune().shape(),
          ", the base's is " + pair.base().shape());
    }
  }

  private boolean isOfVocabulary(Parameter parameter) {
    String name = parameter.name();
    return name.equals(base.blueprint().tokens()) || name.equals(base.blueprint().headName());
  }

  private void requireEqual(String what, Object ofBase, Object ofFineTune) {
    if (!ofBase.equals(ofFineTune)) {
      throw problem(what + " is " + ofFineTune, ", the base's is " + ofBase);
    }
  }

  private UnsupportedModelException problem(String what, String base) {
    return new UnsupportedModelException(
        fineTune.weights().name(),
        what + base + ": a divergence is attributed to changes of weights, and this is none");
  }

  /// @param names of the base's tensors that are the fine-tune's
  private record Renamed(WeightSource base, WeightSource fineTune, Map<String, String> names)
      implements WeightSource {
    @Override
    public String name() {
      return fineTune.name();
    }

    @Override
    public List<TensorSpec> tensors() {
      Map<String, TensorSpec> own = new HashMap<>();
      fineTune.tensors().forEach(tensor -> own.put(tensor.name(), tensor));
      return base.tensors().stream()
          .map(tensor -> names.containsKey(tensor.name()) ? renamed(tensor.name(), own) : tensor)
          .toList();
    }

    private TensorSpec renamed(String name, Map<String, TensorSpec> own) {
      TensorSpec spec = own.get(names.get(name));
      return new TensorSpec(name, spec.dtype(), new Shape(spec.shape().dimensions()));
    }

    @Override
    public TensorBytes bytes(String tensor) {
      String own = names.get(tensor);
      return own == null ? base.bytes(tensor) : fineTune.bytes(own);
    }
  }
}
