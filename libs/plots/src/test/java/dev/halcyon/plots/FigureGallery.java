package dev.halcyon.plots;

import dev.halcyon.plots.figure.Figure;
import dev.halcyon.plots.table.LayerTable;
import dev.halcyon.plots.table.Scale;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Writes a set of figures into the folder given as argument, for people to look at.
final class FigureGallery {
  private FigureGallery() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    for (Map.Entry<String, Chart> chart : charts().entrySet()) {
      Figure figure = chart.getValue().figure();
      Files.write(folder.resolve(chart.getKey() + ".png"), figure.png());
      Files.write(folder.resolve(chart.getKey() + ".svg"), figure.svg());
    }
  }

  static Map<String, Chart> charts() {
    Map<String, Chart> charts = new LinkedHashMap<>();
    for (int layers : List.of(2, 8, 32, 80, 126)) {
      for (int pairs : List.of(1, 3, 6, 28)) {
        LayerTable table =
            MadeUpCharts.table(
                MadeUpCharts.LLAMA, layers, MadeUpCharts.OUTSIDE, MadeUpCharts.pairs(pairs));
        String name = layers + "-layers-" + pairs + "-pairs";
        charts.put("heatmap-" + name, MadeUpCharts.heatmap(table));
        charts.put("lines-" + name, MadeUpCharts.lines(table));
      }
      charts.put("fisher-" + layers, MadeUpCharts.fisher(layers));
    }
    charts.putAll(special());
    return charts;
  }

  private static Map<String, Chart> special() {
    Map<String, Chart> charts = new LinkedHashMap<>();
    LayerTable plain =
        MadeUpCharts.table(MadeUpCharts.LLAMA, 24, MadeUpCharts.OUTSIDE, MadeUpCharts.pairs(3));
    LayerTable adapter =
        MadeUpCharts.mapped(
            plain,
            (label, place, value) ->
                !place.component().matches(".*[qv]_proj")
                        && label.contains("code")
                        && !label.startsWith("code")
                    ? 0
                    : value);
    LayerTable zero = MadeUpCharts.mapped(plain, (_, _, _) -> 0);
    LayerTable missing = MadeUpCharts.mapped(plain, (_, _, _) -> Double.NaN);
    LayerTable equal = MadeUpCharts.mapped(plain, (_, _, _) -> 3.3e-5);
    LayerTable biases =
        MadeUpCharts.table(
            MadeUpCharts.WITH_BIASES, 36, MadeUpCharts.OUTSIDE, MadeUpCharts.pairs(3));
    Map<String, LayerTable> tables =
        Map.of(
            "adapter", adapter, "zero", zero, "missing", missing, "equal", equal, "biases", biases);
    tables.forEach((name, table) -> {
      charts.put("heatmap-" + name, MadeUpCharts.heatmap(table));
      charts.put("lines-" + name, MadeUpCharts.lines(table));
    });
    LayerTable cosine = MadeUpCharts.mapped(plain, (_, _, value) -> 1 - 60 * value);
    charts.put(
        "heatmap-cosine",
        new HeatmapChart(
            "Similarity by layer and component", "", cosine, Scale.linearCosine(0.8, 1)));
    charts.put(
        "lines-cosine",
        new LineChart("Similarity over depth", "", cosine, Scale.linearCosine(0.8, 1)));
    LayerTable longLabels =
        MadeUpCharts.table(
            List.of(
                List.of(
                    "a.very.long.module.path.that.goes.on.and.on.self_attn.query_key_value.weight")),
            12,
            List.of("a.very.long.module.path.that.goes.on.and.on.embed_tokens"),
            List.of(
                "organisation/base-model-70b-instruct-v0.3 –"
                    + " organisation/fine-tune-of-the-base-model-on-code",
                "organisation/base-model-70b-instruct-v0.3 –"
                    + " somebody/another-fine-tune-with-a-long-name"));
    charts.put("heatmap-long", MadeUpCharts.heatmap(longLabels));
    charts.put("lines-long", MadeUpCharts.lines(longLabels));
    LayerTable single =
        MadeUpCharts.table(List.of(List.of("mlp.down_proj")), 1, List.of(), List.of("base – code"));
    charts.put("heatmap-single", MadeUpCharts.heatmap(single));
    charts.put("lines-single", MadeUpCharts.lines(single));
    return charts;
  }
}
