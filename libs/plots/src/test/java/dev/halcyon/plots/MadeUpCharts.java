package dev.halcyon.plots;

import dev.halcyon.plots.FisherChart.Share;
import dev.halcyon.plots.table.LayerTable;
import dev.halcyon.plots.table.Place;
import dev.halcyon.plots.table.Scale;
import dev.halcyon.plots.table.Series;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/// Charts of made-up but plausible data, the same on every run.
final class MadeUpCharts {
  static final List<List<String>> LLAMA =
      List.of(
          List.of("input_layernorm"),
          List.of("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj"),
          List.of("post_attention_layernorm"),
          List.of("mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"));

  static final List<List<String>> WITH_BIASES =
      List.of(
          List.of("input_layernorm", "input_layernorm.bias"),
          List.of(
              "self_attn.q_proj",
              "self_attn.q_proj.bias",
              "self_attn.k_proj",
              "self_attn.k_proj.bias",
              "self_attn.v_proj",
              "self_attn.v_proj.bias",
              "self_attn.o_proj",
              "self_attn.o_proj.bias",
              "self_attn.q_norm",
              "self_attn.k_norm"),
          List.of("post_attention_layernorm", "post_attention_layernorm.bias"),
          List.of("pre_feedforward_layernorm", "post_feedforward_layernorm"),
          List.of("mlp.gate_proj", "mlp.up_proj", "mlp.down_proj", "mlp.down_proj.bias"));

  static final List<String> OUTSIDE = List.of("embed_tokens", "norm", "lm_head");

  private MadeUpCharts() {}

  /// Labels of all pairs of a base and fine-tunes, cut to `count`.
  static List<String> pairs(int count) {
    List<String> names =
        List.of("base", "code", "math", "chat", "law", "medicine", "poetry", "french", "safety");
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      for (int j = i + 1; j < names.size(); j++) {
        labels.add(names.get(i) + " – " + names.get(j));
      }
    }
    return labels.subList(0, count);
  }

  static LayerTable table(
      List<List<String>> groups, int layers, List<String> outside, List<String> labels) {
    Random random = new Random(7);
    List<Integer> columns = IntStream.range(0, layers).boxed().toList();
    List<Series> series = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      series.add(new Series(labels.get(i), values(groups, layers, outside, i, random)));
    }
    return new LayerTable(groups, columns, outside, series);
  }

  private static Map<Place, Double> values(
      List<List<String>> groups, int layers, List<String> outside, int pair, Random random) {
    double strength = -5 + 0.9 * (pair % 4) + 0.03 * pair;
    Map<Place, Double> values = new HashMap<>();
    for (List<String> group : groups) {
      for (String component : group) {
        double offset = component.contains("norm") ? -1.4 : component.contains("v_proj") ? -0.3 : 0;
        for (int layer = 0; layer < layers; layer++) {
          boolean missing = pair == 1 && component.endsWith("o_proj") && layer % 11 == 5;
          if (!missing) {
            double depth = (layer + 0.5) / layers;
            double bump = 1.1 * Math.exp(-Math.pow((depth - 0.7) / 0.15, 2)) + 0.5 * depth;
            double noise = 0.16 * random.nextGaussian();
            values.put(
                Place.inLayer(layer, component), Math.pow(10, strength + offset + bump + noise));
          }
        }
      }
    }
    for (String tensor : outside) {
      values.put(Place.outsideLayers(tensor), Math.pow(10, strength - 0.6 + random.nextGaussian()));
    }
    return values;
  }

  /// The table with some series' values changed; NaN drops a value.
  static LayerTable mapped(LayerTable table, ValueChange change) {
    List<Series> series = new ArrayList<>();
    for (Series one : table.series()) {
      Map<Place, Double> values = new HashMap<>();
      one.values()
          .forEach((place, value) -> values.put(place, change.apply(one.label(), place, value)));
      series.add(new Series(one.label(), values));
    }
    return new LayerTable(table.componentGroups(), table.layers(), table.outsideLayers(), series);
  }

  @FunctionalInterface
  interface ValueChange {
    double apply(String label, Place place, double value);
  }

  static HeatmapChart heatmap(LayerTable table) {
    return new HeatmapChart("Weight change by layer and component", "", table, Scale.logDistance());
  }

  static LineChart lines(LayerTable table) {
    return new LineChart("Weight change over depth", "", table, Scale.logDistance());
  }

  static FisherChart fisher(int layers) {
    Random random = new Random(5);
    double[] weights = new double[layers + 3];
    double total = 0;
    for (int i = 0; i < weights.length; i++) {
      double depth = (i - 0.5) / layers;
      double log = -3 + 2.2 * Math.exp(-Math.pow((depth - 0.7) / 0.25, 2));
      weights[i] = Math.pow(10, log + 0.15 * random.nextGaussian());
      total += weights[i];
    }
    weights[1 + layers * 2 / 3] += total * 0.45;
    total *= 1.45;
    List<Share> shares = new ArrayList<>();
    for (int i = 0; i < weights.length; i++) {
      double share = weights[i] / total;
      double error = share * (0.05 + 0.2 * random.nextDouble());
      shares.add(share(i, layers, share, error));
    }
    return new FisherChart("Fisher information share by layer", "", shares);
  }

  private static Share share(int index, int layers, double share, double error) {
    if (index == 0) {
      return Share.outsideLayers("embeddings", share, error);
    }
    if (index <= layers) {
      return Share.ofLayer(index - 1, share, error);
    }
    return Share.outsideLayers(index == layers + 1 ? "final_norm" : "lm_head", share, error);
  }
}
