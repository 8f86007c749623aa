package dev.halcyon.tensors.gguf;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Maps names of tensors in a Hugging Face checkpoint to those in llama.cpp. Experts have no name,
/// because llama.cpp stacks them.
public final class GgufNames {
  private static final Pattern NAME =
      Pattern.compile(
          "(?:model\\.language_model\\.|language_model\\.model\\.|language_model\\."
              + "|model\\.|transformer\\.|gpt_neox\\.)?"
              + "(?:(?:layers|h)\\.(?<layer>\\d{1,6})\\.)?"
              + "(?<part>.+)\\.(?<kind>weight|bias)");

  private static final String NORM_AFTER_ATTENTION = "post_attention_layernorm";
  private static final String NORM_AFTER_MLP = "post_feedforward_layernorm";

  private static final Map<String, String> OUTSIDE =
      Map.ofEntries(
          Map.entry("embed_tokens", "token_embd"),
          Map.entry("embed_in", "token_embd"),
          Map.entry("wte", "token_embd"),
          Map.entry("wpe", "position_embd"),
          Map.entry("norm", "output_norm"),
          Map.entry("ln_f", "output_norm"),
          Map.entry("final_layer_norm", "output_norm"),
          Map.entry("lm_head", "output"),
          Map.entry("embed_out", "output"));

  private static final Map<String, String> IN_LAYER =
      Map.ofEntries(
          Map.entry("input_layernorm", "attn_norm"),
          Map.entry("ln_1", "attn_norm"),
          Map.entry("self_attn.q_proj", "attn_q"),
          Map.entry("self_attn.k_proj", "attn_k"),
          Map.entry("self_attn.v_proj", "attn_v"),
          Map.entry("self_attn.qkv_proj", "attn_qkv"),
          Map.entry("attn.c_attn", "attn_qkv"),
          Map.entry("attention.query_key_value", "attn_qkv"),
          Map.entry("self_attn.q_norm", "attn_q_norm"),
          Map.entry("self_attn.k_norm", "attn_k_norm"),
          Map.entry("self_attn.o_proj", "attn_output"),
          Map.entry("attn.c_proj", "attn_output"),
          Map.entry("attention.dense", "attn_output"),
          Map.entry(NORM_AFTER_ATTENTION, "ffn_norm"),
          Map.entry("ln_2", "ffn_norm"),
          Map.entry("pre_feedforward_layernorm", "ffn_norm"),
          Map.entry("mlp.gate", "ffn_gate_inp"),
          Map.entry("mlp.gate_proj", "ffn_gate"),
          Map.entry("mlp.up_proj", "ffn_up"),
          Map.entry("mlp.gate_up_proj", "ffn_up"),
          Map.entry("mlp.c_fc", "ffn_up"),
          Map.entry("mlp.dense_h_to_4h", "ffn_up"),
          Map.entry("mlp.down_proj", "ffn_down"),
          Map.entry("mlp.c_proj", "ffn_down"),
          Map.entry("mlp.dense_4h_to_h", "ffn_down"),
          Map.entry(NORM_AFTER_MLP, "post_ffw_norm"));

  /// Layers that GPT-2 stores as `[inputs, outputs]`.
  private static final Set<String> TRANSPOSED =
      Set.of("attn.c_attn", "attn.c_proj", "mlp.c_fc", "mlp.c_proj");

  private final boolean normsAfter;

  private GgufNames(boolean normsAfter) {
    this.normsAfter = normsAfter;
  }

  /// The names of a model's tensors.
  ///
  /// @param names of all of them in the checkpoint: a norm's name has another meaning where norms
  ///   follow attention and MLP
  public static GgufNames of(Collection<String> names) {
    return new GgufNames(
        names.stream().anyMatch(name -> name.endsWith(NORM_AFTER_MLP + ".weight")));
  }

  /// The name in GGUF of a tensor of the checkpoint; empty where it has none.
  public Optional<String> find(String name) {
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) {
      return Optional.empty();
    }
    String layer = parts.group("layer");
    String part = parts.group("part");
    return layer == null
        ? Optional.ofNullable(OUTSIDE.get(part)).map(to -> to + "." + parts.group("kind"))
        : inLayer(part).map(to -> "blk." + layer + "." + to + "." + parts.group("kind"));
  }

  /// Whether the checkpoint stores a matrix as `[inputs, outputs]`, which GGUF never does.
  public boolean isTransposed(String name) {
    Matcher parts = NAME.matcher(name);
    return parts.matches()
        && parts.group("layer") != null
        && TRANSPOSED.contains(parts.group("part"));
  }

  private Optional<String> inLayer(String part) {
    return normsAfter && part.equals(NORM_AFTER_ATTENTION)
        ? Optional.of("post_attention_norm")
        : Optional.ofNullable(IN_LAYER.get(part));
  }
}
