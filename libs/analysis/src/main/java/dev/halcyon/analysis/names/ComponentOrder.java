package dev.halcyon.analysis.names;

import java.util.List;
import java.util.regex.Pattern;

/// Where a component stands within a layer: norm, attention, norm, MLP, norm; projections as they
/// are applied.
final class ComponentOrder {
  private static final String BIAS = ".bias";
  private static final Pattern NORM =
      Pattern.compile("[^.]*(?:norm|ln_?\\d|ln_[a-z]+)[^.]*(?:\\.bias)?");
  private static final Pattern ATTENTION =
      Pattern.compile("(?:self_)?(?:attn|attention|self_attention)\\..+");
  private static final Pattern MLP =
      Pattern.compile(
          "(?:mlp|ffn|feed_forward|block_sparse_moe|experts|moe|shared_mlp)\\..+|fc[12](?:\\..+)?");

  /// Later patterns are for what earlier ones leave.
  private static final List<Pattern> ORDER =
      List.of(
          Pattern.compile(
              "input_layernorm|ln_1|attention_norm|pre_attention_layernorm|self_attn_layer_norm"),
          Pattern.compile(".*\\.(?:q_proj|query|wq)"),
          Pattern.compile(".*\\.(?:k_proj|key|wk)"),
          Pattern.compile(".*\\.(?:v_proj|value|wv)"),
          Pattern.compile(".*\\.(?:qkv_proj|c_attn|query_key_value|Wqkv|W_pack)"),
          Pattern.compile(".*\\.q_(?:norm|layernorm)"),
          Pattern.compile(".*\\.k_(?:norm|layernorm)"),
          Pattern.compile(
              ".*\\.(?:o_proj|out_proj|wo)|(?:self_)?attn\\.c_proj|(?:self_)?attention\\.dense"),
          ATTENTION,
          Pattern.compile("post_attention_layernorm|ln_2|ffn_norm|final_layer_norm"),
          Pattern.compile("pre_feedforward_layernorm"),
          Pattern.compile(".*\\.(?:gate|router)"),
          Pattern.compile(".*\\.(?:gate_proj|w1)"),
          Pattern.compile(".*\\.(?:up_proj|w3)"),
          Pattern.compile(".*\\.gate_up_proj"),
          Pattern.compile(".*\\.(?:c_fc|dense_h_to_4h)|.*fc1"),
          Pattern.compile(".*\\.(?:down_proj|w2|dense_4h_to_h)|mlp\\.c_proj|.*fc2"),
          MLP,
          Pattern.compile("post_feedforward_layernorm"),
          NORM);

  private ComponentOrder() {}

  static ComponentGroup group(String component) {
    if (NORM.matcher(component).matches()) {
      return ComponentGroup.NORM;
    }
    if (ATTENTION.matcher(component).matches()) {
      return ComponentGroup.ATTENTION;
    }
    return MLP.matcher(component).matches() ? ComponentGroup.MLP : ComponentGroup.OTHER;
  }

  /// Rises in the order of a forward pass; a bias follows its weight.
  static int rank(String component) {
    boolean bias = component.endsWith(BIAS);
    String weight = bias ? component.substring(0, component.length() - BIAS.length()) : component;
    int position = 0;
    while (position < ORDER.size() && !ORDER.get(position).matcher(weight).matches()) {
      position++;
    }
    return 2 * position + (bias ? 1 : 0);
  }
}
