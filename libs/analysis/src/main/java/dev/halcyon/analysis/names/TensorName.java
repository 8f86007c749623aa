package dev.halcyon.analysis.names;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a tensor's key says: its layer, and its component there.
///
/// Names follow the checkpoints of Hugging Face transformers: a stack of layers called `layers`,
/// `layer`, `h`, `blocks` or `block`, below a prefix that only says "the language model" (`model.`,
/// `transformer.`, `gpt_neox.`, …). A prefix of another tower (`vision_tower.…`) stays in the
/// component, so that its layers are not taken for the language model's.
///
/// Ordered as a forward pass meets them: embeddings, layers, final norm, head; within a layer norm,
/// attention, norm, MLP.
///
/// @param key the tensor's name in the checkpoint
/// @param tower prefix of another tower with its dot, empty for the language model
/// @param layer number of the layer, absent outside layers
/// @param part as `self_attn.q_proj`, without a final `.weight`
public record TensorName(String key, String tower, OptionalInt layer, String part)
    implements Comparable<TensorName> {
  /// By component, as a forward pass meets them within a layer.
  public static final Comparator<TensorName> BY_COMPONENT =
      Comparator.comparing((TensorName name) -> name.tower)
          .thenComparingInt(name -> ComponentOrder.rank(name.part))
          .thenComparing(name -> name.part);

  private static final Comparator<TensorName> BY_PLACE =
      Comparator.comparing((TensorName name) -> name.tower)
          .thenComparingInt(TensorName::place)
          .thenComparingInt(name -> name.layer.orElse(0))
          .thenComparing(BY_COMPONENT)
          .thenComparing(name -> name.key);

  private static final String WEIGHT = ".weight";
  private static final Pattern IN_LAYER =
      Pattern.compile("(|.*?\\.)(?:layers|layer|h|blocks|block)\\.(\\d{1,6})\\.(.+)");
  private static final Pattern LANGUAGE_MODEL =
      Pattern.compile(
          "(?:(?:base_model|language_model|model|transformer|gpt_neox|decoder|backbone)\\.)*");
  private static final Set<String> EMBEDDINGS =
      Set.of(
          "embed_tokens",
          "embed_positions",
          "embed_in",
          "embeddings",
          "word_embeddings",
          "wte",
          "wpe",
          "tok_embeddings",
          "word_embeddings_layernorm",
          "token_embedding");
  private static final Set<String> FINAL_NORMS =
      Set.of(
          "norm",
          "ln_f",
          "final_layer_norm",
          "final_layernorm",
          "final_norm",
          "norm_f",
          "layer_norm");
  private static final Set<String> HEADS = Set.of("lm_head", "embed_out", "output", "score");
  private static final List<String> OUTSIDE =
      List.of("embeddings", "", "final_norm", "lm_head", "other");

  /// Takes a key apart; every key has a component.
  public static TensorName parse(String key) {
    String name = key.endsWith(WEIGHT) ? key.substring(0, key.length() - WEIGHT.length()) : key;
    Matcher inLayer = IN_LAYER.matcher(name);
    if (inLayer.matches()) {
      OptionalInt layer = OptionalInt.of(Integer.parseInt(inLayer.group(2)));
      return new TensorName(key, tower(inLayer.group(1)), layer, inLayer.group(3));
    }
    Matcher prefix = LANGUAGE_MODEL.matcher(name);
    String rest = prefix.lookingAt() ? name.substring(prefix.end()) : name;
    return new TensorName(key, "", OptionalInt.empty(), rest);
  }

  private static String tower(String prefix) {
    return LANGUAGE_MODEL.matcher(prefix).matches() ? "" : prefix;
  }

  /// The component with its tower's prefix: what tells it from other towers' components.
  public String component() {
    return tower + part;
  }

  /// `layer_3`, `embeddings`, `final_norm`, `lm_head`, or `other`.
  public String layerName() {
    return layer.isPresent() ? tower + "layer_" + layer.getAsInt() : outside().orElse("other");
  }

  /// What the tensor is for.
  public ComponentGroup group() {
    if (layer.isPresent()) {
      return ComponentOrder.group(part);
    }
    return switch (layerName()) {
      case "embeddings" -> ComponentGroup.EMBEDDING;
      case "final_norm" -> ComponentGroup.NORM;
      case "lm_head" -> ComponentGroup.HEAD;
      default -> ComponentGroup.OTHER;
    };
  }

  /// Whether its rows are the vocabulary's, so that models of differing vocabularies share the
  /// first ones.
  public boolean isEmbeddingOrHead() {
    return group() == ComponentGroup.EMBEDDING || group() == ComponentGroup.HEAD;
  }

  /// Whether the key ends, after a dot or as a whole, with one of the suffixes, which may leave out
  /// a final `.weight`. A bias is matched only by a suffix that says `.bias`.
  public boolean matches(Collection<String> suffixes) {
    return suffixes.stream().anyMatch(suffix -> endsWith(suffix) || endsWith(suffix + WEIGHT));
  }

  private boolean endsWith(String suffix) {
    return key.equals(suffix) || key.endsWith("." + suffix);
  }

  private Optional<String> outside() {
    String first = part.split("\\.", 2)[0];
    if (EMBEDDINGS.contains(first)) {
      return Optional.of("embeddings");
    }
    if (FINAL_NORMS.contains(first)) {
      return Optional.of("final_norm");
    }
    return HEADS.contains(first) ? Optional.of("lm_head") : Optional.empty();
  }

  private int place() {
    return layer.isPresent() ? OUTSIDE.indexOf("") : OUTSIDE.indexOf(layerName());
  }

  @Override
  public int compareTo(TensorName other) {
    return BY_PLACE.compare(this, other);
  }
}
