package dev.halcyon.transformer.internal.blueprint;

import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/// The parts that Gemma 2 and 3 share: four norms a layer whose weights are stored as their
/// distance from one, embeddings scaled by the root of their width.
final class GemmaParts {
  private static final int HEAD_SIZE = 256;

  private final ModelConfig config;
  private final LlamaParts parts;
  private final boolean bias;
  private final Activation activation;
  private final double scale;

  GemmaParts(ModelConfig config, TensorNames names) {
    config.requireMentioned("num_key_value_heads");
    this.config = config;
    this.parts = new LlamaParts(config, names, HEAD_SIZE, 1e-6, 1);
    this.bias = config.flag("attention_bias", false);
    this.activation = parts.activation("hidden_activation", "gelu_pytorch_tanh");
    this.scale = Math.pow(config.positive("query_pre_attn_scalar", HEAD_SIZE), -0.5);
    // transformers reads hidden_activation only, though older configs have both.
    config.accept("hidden_act");
  }

  int headSize() {
    return parts.headSize();
  }

  Attention attention(int layer, int window, Rotary rotary) {
    return parts.attention(layer, bias, bias, window, rotary).withScale(scale);
  }

  Attention.HeadNorms headNorms(int layer) {
    return parts.normsOfEachHead(layer);
  }

  List<Layer> layers(IntFunction<Attention> attention) {
    return parts.layers(i -> layer(i, attention.apply(i)));
  }

  Blueprint blueprint(String modelType, List<Layer> layers, double logitCap) {
    return parts.blueprint(
        modelType, layers, (float) Math.sqrt(config.size("hidden_size")), true, logitCap);
  }

  private Layer layer(int index, Attention attention) {
    return new Layer(
        Optional.of(parts.norm(index, "input_layernorm")),
        attention,
        Optional.of(parts.norm(index, "post_attention_layernorm")),
        Optional.of(parts.norm(index, "pre_feedforward_layernorm")),
        parts.gated(index, activation, false),
        Optional.of(parts.norm(index, "post_feedforward_layernorm")),
        false);
  }
}
