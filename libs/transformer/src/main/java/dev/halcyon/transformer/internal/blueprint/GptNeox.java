package dev.halcyon.transformer.internal.blueprint;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// GPT-NeoX and Pythia (Black et al. 2022; Biderman et al. 2023): attention and feed-forward
/// network side by side, a part of each head rotated, queries, keys and values of each head
/// together.
final class GptNeox implements Architecture {
  private static final double ROTATED = 0.25;
  private static final double BASE = 10_000;

  @Override
  public String modelType() {
    return "gpt_neox";
  }

  @Override
  public Blueprint read(ModelConfig config, TensorNames names) {
    String base = names.base("gpt_neox.", "embed_in.weight");
    int hidden = config.size("hidden_size");
    Reader reader = new Reader(config, hidden, rotary(config, headSize(config, hidden)));
    List<Layer> layers =
        IntStream.range(0, config.layers("num_hidden_layers"))
            .mapToObj(i -> reader.layer(base + "layers." + i + "."))
            .toList();
    Optional<String> head =
        config.flag("tie_word_embeddings", false) ? Optional.empty() : Optional.of(head(names));
    return new Blueprint(
        modelType(),
        config.size("vocab_size"),
        hidden,
        base + "embed_in.weight",
        1,
        Optional.empty(),
        layers,
        reader.norm(base + "final_layer_norm"),
        head,
        0);
  }

  @Override
  public String fieldRules() {
    return """
    bias                 true
    use_bias             true
    mlp_bias             true
    """;
  }

  /// Checkpoints name the head as GPT-NeoX did; transformers 5 has another name in memory.
  private static String head(TensorNames names) {
    return names.has("lm_head.weight") ? "lm_head.weight" : "embed_out.weight";
  }

  private static int headSize(ModelConfig config, int hidden) {
    int heads = config.size("num_attention_heads");
    if (hidden % heads != 0) {
      throw config.problem(
          "num_attention_heads", "is " + heads + ", which does not divide " + hidden);
    }
    return hidden / heads;
  }

  /// Its fields have names of their own; dumps of transformers 4 carry the common ones as well.
  private static Rotary rotary(ModelConfig config, int headSize) {
    double part = config.positive("rotary_pct", ROTATED);
    double base = config.positive("rotary_emb_base", BASE);
    config.requireSame("partial_rotary_factor", part, "rotary_pct");
    config.requireSame("rope_theta", base, "rotary_emb_base");
    config.requireSame("head_dim", headSize, "hidden_size / num_attention_heads");
    return new RotaryReader(config, headSize).partial(part).theta(base).read();
  }

  private record Reader(ModelConfig config, int hidden, Rotary rotary) {
    Layer layer(String prefix) {
      return new Layer(
          Optional.of(norm(prefix + "input_layernorm")),
          attention(prefix + "attention."),
          Optional.empty(),
          Optional.of(norm(prefix + "post_attention_layernorm")),
          feedForward(prefix + "mlp."),
          Optional.empty(),
          config.flag("use_parallel_residual", true));
    }

    Norm norm(String name) {
      return new Norm.Centred(
          name + ".weight", name + ".bias", hidden, config.positive("layer_norm_eps", 1e-5));
    }

    private Attention attention(String prefix) {
      int headSize = headSize(config, hidden);
      int heads = hidden / headSize;
      config.requireSame("num_key_value_heads", heads, "num_attention_heads");
      boolean bias = config.flag("attention_bias", true);
      return new Attention(
          new Attention.Inputs.ByHead(
              projection(prefix + "query_key_value", hidden, 3 * hidden, bias)),
          projection(prefix + "dense", hidden, hidden, bias),
          heads,
          heads,
          headSize,
          Math.pow(headSize, -0.5),
          0,
          0,
          Optional.empty(),
          Optional.of(rotary));
    }

    private FeedForward feedForward(String prefix) {
      int inner = config.size("intermediate_size");
      String name = config.text("hidden_act").orElse("gelu");
      Activation activation =
          Activation.of(name)
              .orElseThrow(
                  () -> config.problem("hidden_act", "is " + name + ", which is not supported"));
      return new FeedForward.Plain(
          projection(prefix + "dense_h_to_4h", hidden, inner, true),
          projection(prefix + "dense_4h_to_h", inner, hidden, true),
          activation);
    }

    private static Projection projection(String name, int inputs, int outputs, boolean bias) {
      return new Projection(
          name + ".weight",
          bias ? Optional.of(name + ".bias") : Optional.empty(),
          inputs,
          outputs,
          false);
    }
  }
}
