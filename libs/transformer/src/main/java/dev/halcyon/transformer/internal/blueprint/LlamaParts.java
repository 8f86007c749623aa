package dev.halcyon.transformer.internal.blueprint;

import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// The parts that Llama and its many descendants share, with their names.
///
/// Names are those of `transformers`: `model.layers.3.self_attn.q_proj.weight`.
final class LlamaParts {
  private final ModelConfig config;
  private final String base;
  private final int hidden;
  private final int heads;
  private final int groups;
  private final int headSize;
  private final double epsilon;
  private final double normOffset;

  /// @param headSize where the config names none; 0 for hidden / heads
  /// @param epsilon of norms, where the config names none
  /// @param normOffset 1 where norms' weights are stored as their distance from one
  LlamaParts(
      ModelConfig config, TensorNames names, int headSize, double epsilon, double normOffset) {
    this.config = config;
    this.base = names.base("model.", "embed_tokens.weight");
    this.hidden = config.size("hidden_size");
    this.heads = config.size("num_attention_heads");
    this.groups = config.size("num_key_value_heads", heads);
    this.headSize = config.size("head_dim", headSize == 0 ? wholeHead() : headSize);
    this.epsilon = config.positive("rms_norm_eps", epsilon);
    this.normOffset = normOffset;
    if (heads % groups != 0) {
      throw config.problem(
          "num_key_value_heads", "is " + groups + ", which does not divide " + heads);
    }
  }

  int hidden() {
    return hidden;
  }

  int headSize() {
    return headSize;
  }

  /// As many layers as the config says, each made from its number.
  List<Layer> layers(IntFunction<Layer> layer) {
    return IntStream.range(0, config.layers("num_hidden_layers")).mapToObj(layer).toList();
  }

  /// A tensor's name without its `.weight`.
  String name(int layer, String part) {
    return base + "layers." + layer + "." + part;
  }

  Projection projection(int layer, String part, int inputs, int outputs, boolean bias) {
    String name = name(layer, part);
    Optional<String> biasName = bias ? Optional.of(name + ".bias") : Optional.empty();
    return new Projection(name + ".weight", biasName, inputs, outputs, false);
  }

  Norm.RootMeanSquare norm(int layer, String part) {
    return norm(layer, part, hidden);
  }

  Norm.RootMeanSquare norm(int layer, String part, int size) {
    return new Norm.RootMeanSquare(name(layer, part) + ".weight", size, epsilon, normOffset);
  }

  /// Three matrices of queries, keys and values.
  Attention.Inputs separate(int layer, boolean bias) {
    return new Attention.Inputs.Separate(
        projection(layer, "self_attn.q_proj", hidden, heads * headSize, bias),
        projection(layer, "self_attn.k_proj", hidden, groups * headSize, bias),
        projection(layer, "self_attn.v_proj", hidden, groups * headSize, bias));
  }

  /// One matrix of all queries, all keys and all values.
  Attention.Inputs concatenated(int layer, String part) {
    return new Attention.Inputs.Concatenated(
        projection(layer, part, hidden, (heads + 2 * groups) * headSize, false));
  }

  /// Norms over each head's width.
  Attention.HeadNorms normsOfEachHead(int layer) {
    return new Attention.HeadNorms(
        norm(layer, "self_attn.q_norm", headSize), norm(layer, "self_attn.k_norm", headSize), true);
  }

  /// Norms over the width of all heads together.
  Attention.HeadNorms normsOfAllHeads(int layer) {
    return new Attention.HeadNorms(
        norm(layer, "self_attn.q_norm", heads * headSize),
        norm(layer, "self_attn.k_norm", groups * headSize),
        false);
  }

  Projection attentionOutput(int layer, boolean bias) {
    return projection(layer, "self_attn.o_proj", heads * headSize, hidden, bias);
  }

  /// Attention without norms or caps on heads.
  ///
  /// @param inputBias of queries, keys and values
  /// @param outputBias of the map back
  /// @param window tokens that a token sees, 0 for all
  Attention attention(int layer, boolean inputBias, boolean outputBias, int window, Rotary rotary) {
    return attention(
        separate(layer, inputBias), attentionOutput(layer, outputBias), window, rotary);
  }

  /// Attention without norms or caps on heads.
  Attention attention(Attention.Inputs inputs, Projection output, int window, Rotary rotary) {
    return new Attention(
        inputs,
        output,
        heads,
        groups,
        headSize,
        Math.pow(headSize, -0.5),
        0,
        window,
        Optional.empty(),
        Optional.of(rotary));
  }

  /// A layer with norms before attention and feed-forward network.
  Layer preNormLayer(int layer, Attention attention, FeedForward feedForward) {
    return new Layer(
        Optional.of(norm(layer, "input_layernorm")),
        attention,
        Optional.empty(),
        Optional.of(norm(layer, "post_attention_layernorm")),
        feedForward,
        Optional.empty(),
        false);
  }

  FeedForward gated(int layer, Activation activation, boolean bias) {
    int inner = config.size("intermediate_size");
    return new FeedForward.Gated(
        projection(layer, "mlp.gate_proj", hidden, inner, bias),
        projection(layer, "mlp.up_proj", hidden, inner, bias),
        projection(layer, "mlp.down_proj", inner, hidden, bias),
        activation);
  }

  Activation activation(String field, String otherwise) {
    String name = config.text(field).orElse(otherwise);
    return Activation.of(name)
        .orElseThrow(() -> config.problem(field, "is " + name + ", which is not supported"));
  }

  /// The model around its layers.
  ///
  /// @param tied whether the head is the embedding, where the config does not say
  Blueprint blueprint(
      String modelType, List<Layer> layers, double embeddingScale, boolean tied, double logitCap) {
    Optional<String> head =
        config.flag("tie_word_embeddings", tied) ? Optional.empty() : Optional.of("lm_head.weight");
    return new Blueprint(
        modelType,
        config.size("vocab_size"),
        hidden,
        base + "embed_tokens.weight",
        embeddingScale,
        Optional.empty(),
        layers,
        new Norm.RootMeanSquare(base + "norm.weight", hidden, epsilon, normOffset),
        head,
        logitCap);
  }

  private int wholeHead() {
    if (hidden % heads != 0) {
      throw config.problem(
          "hidden_size", "is " + hidden + ", which " + heads + " heads do not divide");
    }
    return hidden / heads;
  }
}
