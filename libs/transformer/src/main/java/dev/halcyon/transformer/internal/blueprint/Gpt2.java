package dev.halcyon.transformer.internal.blueprint;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// GPT-2 (Radford et al. 2019): learned positions, layer norms, matrices stored [inputs, outputs].
final class Gpt2 implements Architecture {
  private static final Map<String, String> ALIASES =
      Map.of(
          "n_embd", "hidden_size",
          "n_layer", "num_hidden_layers",
          "n_head", "num_attention_heads",
          "n_positions", "max_position_embeddings");

  @Override
  public String modelType() {
    return "gpt2";
  }

  @Override
  public Blueprint read(ModelConfig config, TensorNames names) {
    ALIASES.forEach(config::alias);
    String base = names.base("transformer.", "wte.weight");
    int hidden = config.size("n_embd", 768);
    List<Layer> layers =
        IntStream.range(0, config.layers("n_layer"))
            .mapToObj(i -> new Reader(config, base + "h." + i + ".", hidden).layer(i))
            .toList();
    Optional<String> head =
        config.flag("tie_word_embeddings", true) ? Optional.empty() : Optional.of("lm_head.weight");
    return new Blueprint(
        modelType(),
        config.size("vocab_size", 50_257),
        hidden,
        base + "wte.weight",
        1,
        Optional.of(new Blueprint.Positions(base + "wpe.weight", config.size("n_positions", 1024))),
        layers,
        norm(config, base + "ln_f", hidden),
        head,
        0);
  }

  @Override
  public String fieldRules() {
    return """
    bias                     true
    use_bias                 true
    attention_bias           true
    mlp_bias                 true
    position_embedding_type  absolute learned learned_absolute
    rope_theta               *
    """;
  }

  private static Norm norm(ModelConfig config, String name, int hidden) {
    return new Norm.Centred(
        name + ".weight", name + ".bias", hidden, config.positive("layer_norm_epsilon", 1e-5));
  }

  /// @param prefix of the layer's tensors
  private record Reader(ModelConfig config, String prefix, int hidden) {
    Layer layer(int index) {
      return new Layer(
          Optional.of(norm(config, prefix + "ln_1", hidden)),
          attention(index),
          Optional.empty(),
          Optional.of(norm(config, prefix + "ln_2", hidden)),
          feedForward(),
          Optional.empty(),
          false);
    }

    private Attention attention(int index) {
      int heads = config.size("n_head", 12);
      if (hidden % heads != 0) {
        throw config.problem("n_head", "is " + heads + ", which does not divide " + hidden);
      }
      int headSize = hidden / heads;
      config.requireSame("num_key_value_heads", heads, "n_head");
      config.requireSame("head_dim", headSize, "n_embd / n_head");
      return new Attention(
          new Attention.Inputs.Concatenated(projection("attn.c_attn", hidden, 3 * hidden)),
          projection("attn.c_proj", hidden, hidden),
          heads,
          heads,
          headSize,
          scale(index, headSize),
          0,
          0,
          Optional.empty(),
          Optional.empty());
    }

    private double scale(int index, int headSize) {
      double scale = config.flag("scale_attn_weights", true) ? Math.pow(headSize, -0.5) : 1;
      return config.flag("scale_attn_by_inverse_layer_idx", false) ? scale / (index + 1) : scale;
    }

    private FeedForward feedForward() {
      int inner = config.size("n_inner", 4 * hidden);
      String name = config.text("activation_function").orElse("gelu_new");
      Activation activation =
          Activation.of(name)
              .orElseThrow(() ->
                  config.problem("activation_function", "is " + name + ", which is not supported"));
      return new FeedForward.Plain(
          projection("mlp.c_fc", hidden, inner),
          projection("mlp.c_proj", inner, hidden),
          activation);
    }

    private Projection projection(String name, int inputs, int outputs) {
      return new Projection(
          prefix + name + ".weight", Optional.of(prefix + name + ".bias"), inputs, outputs, true);
    }
  }
}
