package dev.halcyon.analysis.names;

import java.util.Map;
import java.util.Set;

/// What tensors outside the layers belong to, in the order of a forward pass.
enum OutsideLayers {
  EMBEDDINGS("embeddings", ComponentGroup.EMBEDDING, 0),
  FINAL_NORM("final_norm", ComponentGroup.NORM, 2),
  HEAD("lm_head", ComponentGroup.HEAD, 3),
  OTHER("other", ComponentGroup.OTHER, 4);

  static final int PLACE_OF_LAYERS = 1;

  private static final String ENCODER = "encoder.";

  private static final Map<OutsideLayers, Set<String>> FIRST_PARTS =
      Map.of(
          EMBEDDINGS,
          Set.of(
              "embed_tokens",
              "embed_positions",
              "embed_in",
              "embeddings",
              "word_embeddings",
              "word_embeddings_layernorm",
              "embedding",
              "embd",
              "wte",
              "wpe",
              "tok_embeddings",
              "token_embedding",
              "shared"),
          FINAL_NORM,
          Set.of(
              "norm",
              "ln_f",
              "final_layer_norm",
              "final_layernorm",
              "final_norm",
              "norm_f",
              "layer_norm"),
          HEAD,
          Set.of(
              "lm_head",
              "embed_out",
              "output",
              "output_layer",
              "score",
              "cls",
              "vocab_transform",
              "vocab_layer_norm",
              "vocab_projector"));

  private static final Set<String> WITH_VOCABULARY_ROWS =
      Set.of(
          "embed_tokens",
          "embed_in",
          "embeddings",
          "embeddings.word_embeddings",
          "word_embeddings",
          "embedding",
          "embedding.word_embeddings",
          "embd.wte",
          "wte",
          "tok_embeddings",
          "token_embedding",
          "shared",
          "lm_head",
          "lm_head.decoder",
          "embed_out",
          "output",
          "output_layer",
          "lm_head.linear",
          "cls.predictions",
          "cls.predictions.decoder",
          "vocab_projector");

  private final String layerName;
  private final ComponentGroup group;
  private final int place;

  OutsideLayers(String layerName, ComponentGroup group, int place) {
    this.layerName = layerName;
    this.group = group;
    this.place = place;
  }

  static OutsideLayers of(String component) {
    String first = ofEncoder(component).split("\\.", 2)[0];
    return FIRST_PARTS.entrySet().stream()
        .filter(place -> place.getValue().contains(first))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(OTHER);
  }

  /// Whether a component outside the layers has a row for each word of the vocabulary.
  static boolean hasVocabularyRows(String component) {
    return WITH_VOCABULARY_ROWS.contains(ofEncoder(component));
  }

  /// What the encoder of an encoder-decoder model has outside its layers is named as what the
  /// decoder has.
  private static String ofEncoder(String component) {
    return component.startsWith(ENCODER) ? component.substring(ENCODER.length()) : component;
  }

  String layerName() {
    return layerName;
  }

  ComponentGroup group() {
    return group;
  }

  int place() {
    return place;
  }
}
