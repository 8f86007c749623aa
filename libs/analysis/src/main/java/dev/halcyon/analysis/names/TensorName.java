package dev.halcyon.analysis.names;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/// The layer and component of a tensor, parsed from its key.
///
/// Names follow the checkpoints of Hugging Face transformers: a stack of layers called `layers`,
/// `layer`, `h`, `blocks` or `block`, below names that only say "the language model" (`model.`,
/// `transformer.`, `gpt_neox.`, …), which are dropped. The name of another tower
/// (`vision_tower.encoder.`) stays in the component, so that its layers are not taken for the
/// language model's.
///
/// The natural order is that of a forward pass: embeddings, layers, final norm, head; within a
/// layer norm, attention, norm, MLP.
///
/// @param key the tensor's name in the checkpoint
/// @param tower name of another tower with its dot, empty for the language model
/// @param layer number of the layer, absent outside layers
/// @param part as `self_attn.q_proj`, without a final `.weight`
public record TensorName(String key, String tower, OptionalInt layer, String part)
    implements Comparable<TensorName> {
  /// By component, as a forward pass meets them within a layer.
  public static final Comparator<TensorName> BY_COMPONENT =
      Comparator.comparing((TensorName name) -> name.tower)
          .thenComparingInt(name -> ComponentOrder.rank(name.part))
          .thenComparing(name -> inNumericOrder(name.part));

  private static final Comparator<TensorName> BY_PLACE =
      Comparator.comparing((TensorName name) -> name.tower)
          .thenComparingInt(TensorName::place)
          .thenComparingInt(name -> name.layer.orElse(0))
          .thenComparing(BY_COMPONENT)
          .thenComparing(name -> name.key);

  private static final String WEIGHT = ".weight";
  private static final String BIAS = ".bias";
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

  public TensorName {
    requireNonNull(key, "key is null");
    requireNonNull(tower, "tower is null");
    requireNonNull(layer, "layer is null");
    requireNonNull(part, "part is null");
  }

  /// Takes a key apart; every key has a component.
  public static TensorName parse(String key) {
    return KeyParts.of(withoutSuffix(key, WEIGHT)).name(key);
  }

  /// The component with its tower's name: what tells it from other towers' components.
  public String component() {
    return tower + part;
  }

  /// `layer_3`, `embeddings`, `final_norm`, `lm_head`, or `other`.
  public String layerName() {
    return layer.isPresent()
        ? tower + "layer_" + layer.getAsInt()
        : OutsideLayers.of(part).layerName();
  }

  /// What the tensor is for.
  public ComponentGroup group() {
    return layer.isPresent() ? ComponentOrder.group(part) : OutsideLayers.of(part).group();
  }

  /// Whether its rows are the vocabulary's, so that models of differing vocabularies share the
  /// first ones; position embeddings and classifiers are not meant.
  public boolean isEmbeddingOrHead() {
    return layer.isEmpty() && OutsideLayers.hasVocabularyRows(withoutSuffix(part, BIAS));
  }

  /// Whether the key ends, after a dot or as a whole, with one of the suffixes, which may leave out
  /// a final `.weight`. A bias is matched only by a suffix that says `.bias`.
  public boolean matches(Collection<String> suffixes) {
    return suffixes.stream().anyMatch(suffix -> endsWith(suffix) || endsWith(suffix + WEIGHT));
  }

  private boolean endsWith(String suffix) {
    return key.equals(suffix) || key.endsWith("." + suffix);
  }

  private int place() {
    return layer.isPresent() ? OutsideLayers.PLACE_OF_LAYERS : OutsideLayers.of(part).place();
  }

  @Override
  public int compareTo(TensorName other) {
    return BY_PLACE.compare(this, other);
  }

  private static String withoutSuffix(String text, String suffix) {
    return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
  }

  /// The text with its numbers padded, so that expert 2 comes before expert 10.
  private static String inNumericOrder(String part) {
    return NUMBER
        .matcher(part)
        .replaceAll(number -> "0".repeat(9 - number.group().length()) + number.group());
  }

  /// A key cut at its dots.
  ///
  /// @param parts without those that only say "the language model"
  private record KeyParts(List<String> parts) {
    private static final List<String> LANGUAGE_MODEL =
        List.of(
            "base_model",
            "language_model",
            "model",
            "transformer",
            "gpt_neox",
            "decoder",
            "backbone",
            "bert",
            "roberta",
            "distilbert");
    private static final List<String> STACKS = List.of("layers", "layer", "h", "blocks", "block");
    private static final Pattern LAYER = Pattern.compile("\\d{1,6}");

    static KeyParts of(String name) {
      List<String> parts = List.of(name.split("\\.", -1));
      int first = 0;
      while (first < parts.size() - 1 && LANGUAGE_MODEL.contains(parts.get(first))) {
        first++;
      }
      if (parts.subList(0, first).contains("transformer") && isStack(parts, first)) {
        first++;
      }
      return new KeyParts(parts.subList(first, parts.size()));
    }

    /// The layers of ChatGLM are in `transformer.encoder`, and they are all that it has.
    private static boolean isStack(List<String> parts, int at) {
      return parts.get(at).equals("encoder") && at < parts.size() - 1;
    }

    TensorName name(String key) {
      for (int i = 0; i + 2 < parts.size(); i++) {
        if (STACKS.contains(parts.get(i)) && LAYER.matcher(parts.get(i + 1)).matches()) {
          OptionalInt layer = OptionalInt.of(Integer.parseInt(parts.get(i + 1)));
          return new TensorName(key, tower(i), layer, joined(i + 2, parts.size()));
        }
      }
      return new TensorName(key, "", OptionalInt.empty(), joined(0, parts.size()));
    }

    /// `encoder.layer` is the name of the only stack of BERT and similar models.
    private String tower(int stack) {
      boolean own = stack == 0 || parts.subList(0, stack + 1).equals(List.of("encoder", "layer"));
      return own ? "" : joined(0, stack) + ".";
    }

    private String joined(int from, int to) {
      return String.join(".", parts.subList(from, to));
    }
  }
}
