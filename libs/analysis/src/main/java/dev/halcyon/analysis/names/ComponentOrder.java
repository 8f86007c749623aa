package dev.halcyon.analysis.names;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What a component of a layer is, and where it stands there: norm, attention, norm, MLP, norm;
/// projections as they are applied.
final class ComponentOrder {
  private static final String BIAS = ".bias";

  /// Lists of names that mean the same place, in the order of places; a name is a whole component
  /// or its last part.
  private static final Map<String, Integer> NORMS_BEFORE_ATTENTION =
      places(
          "input_layernorm ln_1 norm1 norm_1 layer_norm1 attention_norm ln_attn"
              + " pre_attention_layernorm self_attn_layer_norm",
          "ln_mlp");

  private static final Map<String, Integer> ATTENTION =
      places(
          "q_proj query wq q_lin q_a_proj",
          "q_a_layernorm",
          "q_b_proj",
          "k_proj key wk k_lin kv_a_proj_with_mqa",
          "kv_a_layernorm",
          "kv_b_proj",
          "v_proj value wv v_lin",
          "qkv_proj c_attn query_key_value Wqkv W_pack qkv",
          "q_norm q_layernorm",
          "k_norm k_layernorm",
          "o_proj out_proj wo c_proj dense out_lin proj");

  private static final Map<String, Integer> NORMS_BEFORE_MLP =
      places(
          "post_attention_layernorm ln_2 norm2 norm_2 layer_norm2 ffn_norm final_layer_norm"
              + " attention.output.LayerNorm sa_layer_norm",
          "pre_feedforward_layernorm");

  private static final Map<String, Integer> MLP =
      places(
          "gate router",
          "gate_proj w1",
          "up_proj w3",
          "gate_up_proj",
          "c_fc dense_h_to_4h fc1 fc_in lin1 intermediate.dense",
          "down_proj w2 c_proj dense_4h_to_h fc2 fc_out lin2 output.dense");

  private static final List<Map<String, Integer>> BLOCKS =
      List.of(NORMS_BEFORE_ATTENTION, ATTENTION, NORMS_BEFORE_MLP, MLP);
  private static final int WIDEST_BLOCK = 100;

  private ComponentOrder() {}

  static ComponentGroup group(String component) {
    String weight = withoutBias(component);
    String first = firstPart(weight);
    if (isNorm(weight)) {
      return ComponentGroup.NORM;
    }
    if (first.endsWith("attn") || first.endsWith("attention")) {
      return ComponentGroup.ATTENTION;
    }
    boolean mlp =
        first.contains("mlp")
            || first.contains("moe")
            || first.contains("ffn")
            || first.contains("feed_forward")
            || first.equals("experts")
            || (MLP.containsKey(weight) && !weight.equals("gate"));
    return mlp ? ComponentGroup.MLP : ComponentGroup.OTHER;
  }

  /// Rises in the order of a forward pass; a bias follows its weight.
  static int rank(String component) {
    String weight = withoutBias(component);
    int block = block(weight);
    Map<String, Integer> known = block < BLOCKS.size() ? BLOCKS.get(block) : Map.of();
    Integer place = known.getOrDefault(weight, known.get(lastPart(weight)));
    int within = place == null ? WIDEST_BLOCK - 1 : place;
    return 2 * (block * WIDEST_BLOCK + within) + (weight.equals(component) ? 0 : 1);
  }

  private static int block(String weight) {
    return switch (group(weight)) {
      case ATTENTION -> BLOCKS.indexOf(ATTENTION);
      case MLP -> BLOCKS.indexOf(MLP);
      case NORM -> {
        if (NORMS_BEFORE_ATTENTION.containsKey(weight)) {
          yield BLOCKS.indexOf(NORMS_BEFORE_ATTENTION);
        }
        yield NORMS_BEFORE_MLP.containsKey(weight)
            ? BLOCKS.indexOf(NORMS_BEFORE_MLP)
            : BLOCKS.size();
      }
      default -> BLOCKS.size() + 1;
    };
  }

  /// Norms of queries and keys belong to the attention.
  private static boolean isNorm(String weight) {
    if (weight.endsWith(".LayerNorm")) {
      return true;
    }
    return weight.indexOf('.') < 0
        && (weight.toLowerCase(Locale.ROOT).contains("norm") || weight.startsWith("ln_"));
  }

  private static String withoutBias(String component) {
    return component.endsWith(BIAS)
        ? component.substring(0, component.length() - BIAS.length())
        : component;
  }

  private static String firstPart(String weight) {
    return weight.substring(0, weight.indexOf('.') < 0 ? weight.length() : weight.indexOf('.'));
  }

  private static String lastPart(String weight) {
    return weight.substring(weight.lastIndexOf('.') + 1);
  }

  private static Map<String, Integer> places(String... lists) {
    Map<String, Integer> places = new HashMap<>();
    for (int place = 0; place < lists.length; place++) {
      for (String name : lists[place].split(" ", -1)) {
        places.put(name, place);
      }
    }
    return Map.copyOf(places);
  }
}
