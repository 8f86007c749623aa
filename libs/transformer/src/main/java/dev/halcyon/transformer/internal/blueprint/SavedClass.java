package dev.halcyon.transformer.internal.blueprint;

import dev.halcyon.transformer.UnsupportedModelException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// The class that a checkpoint was saved from, by `architectures` in its config: a causal language
/// model, its backbone without a head, or something else, as a classifier.
///
/// @param names of the class; empty where the config does not say
/// @param source names the config in errors
record SavedClass(List<String> names, String source) {
  private static final String FIELD = "architectures";

  /// The embedding's name where a model of Llama's names was saved from its backbone; GPT-2's own
  /// checkpoints are without a prefix, too.
  private static final String BARE_EMBEDDING = "embed_tokens.weight";

  /// Tensors that a message names.
  private static final int NAMED = 5;

  private static final List<String> CAUSAL =
      List.of("ForCausalLM", "LMHeadModel", "DoubleHeadsModel");

  private static final Set<String> BACKBONES =
      Set.of(
          "LlamaModel",
          "MistralModel",
          "MinistralModel",
          "Qwen2Model",
          "Qwen3Model",
          "GPT2Model",
          "GPTNeoXModel",
          "Gemma2Model",
          "Gemma3TextModel",
          "Phi3Model",
          "Olmo2Model");

  static SavedClass of(ModelConfig config) {
    return new SavedClass(config.texts(FIELD), config.source());
  }

  /// Refuses what has no loss on the next token.
  ///
  /// @param allowed fields that are passed over on demand
  void require(Blueprint blueprint, TensorNames tensors, Set<String> allowed) {
    if (!causal() && !backbone() && !allowed.contains(FIELD)) {
      throw new UnsupportedModelException(
          source,
          FIELD
              + " is "
              + this
              + ", which is no causal language model: what it was trained for is not the next token"
              + otherTensors(tensors.unused(blueprint).weights())
              + ". To compute it as one all the same: --allow-config-field architectures"
              + " (`allow_config_fields` in a request)");
    }
    requireHead(blueprint, tensors);
  }

  private static String otherTensors(List<String> unused) {
    return unused.isEmpty()
        ? ""
        : " (no part of one: "
            + String.join(", ", unused.subList(0, Math.min(NAMED, unused.size())))
            + (unused.size() > NAMED ? ", …)" : ")");
  }

  /// Refuses a backbone whose output matrix is neither the embedding nor in the checkpoint.
  private void requireHead(Blueprint blueprint, TensorNames tensors) {
    if (!causal() && !tensors.has(blueprint.headName())) {
      throw new UnsupportedModelException(
          source,
          FIELD
              + " is "
              + this
              + ", and the checkpoint has no "
              + blueprint.headName()
              + ": it is no causal language model, and has no loss on the next token");
    }
  }

  /// What a reader must know.
  Optional<String> remark(Blueprint blueprint) {
    if (causal()) {
      return blueprint.tied() && blueprint.tokens().equals(BARE_EMBEDDING)
          ? Optional.of(
              "the checkpoint's tensors are named as those of a backbone without a head, as in"
                  + " embedding models"
                  + computedAs(blueprint))
          : Optional.empty();
    }
    return Optional.of(
        "config.json says "
            + this
            + ", which has no head for the next token"
            + computedAs(blueprint));
  }

  private static String computedAs(Blueprint blueprint) {
    return ": it was computed as a causal language model whose output matrix is "
        + blueprint.headName();
  }

  /// The field, where it was passed over on demand.
  Map<String, String> passedOver() {
    return causal() || backbone() ? Map.of() : Map.of(FIELD, toString());
  }

  @Override
  public String toString() {
    return String.join(", ", names);
  }

  private boolean causal() {
    return names.isEmpty() || names.stream().anyMatch(name -> endsWithAny(name, CAUSAL.stream()));
  }

  private boolean backbone() {
    return BACKBONES.containsAll(names);
  }

  private static boolean endsWithAny(String name, Stream<String> endings) {
    return endings.anyMatch(name::endsWith);
  }
}
