package dev.halcyon.services.plotter;

import dev.halcyon.analysis.names.TensorName;
import dev.halcyon.contracts.ModelName;
import dev.halcyon.contracts.ModelName.Pair;
import dev.halcyon.contracts.Rendering;
import dev.halcyon.contracts.Report;
import dev.halcyon.contracts.Report.TensorRow;
import dev.halcyon.contracts.SimilarityResult.PairSimilarity;
import dev.halcyon.plots.Figure;
import dev.halcyon.plots.HeatmapChart;
import dev.halcyon.plots.LayerTable;
import dev.halcyon.plots.LineChart;
import dev.halcyon.plots.Place;
import dev.halcyon.plots.Scale;
import dev.halcyon.plots.Series;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// The figures of a similarity report: component by layer, and over depth.
final class SimilarityFigures {
  private final Report report;
  private final Map<String, String> labels = new HashMap<>();
  private final Scale scale;
  private final ToDoubleFunction<PairSimilarity> value;

  SimilarityFigures(Report report, Rendering rendering) {
    this.report = report;
    for (int i = 0; i < rendering.labels().size(); i++) {
      labels.put(ModelName.of(i), rendering.labels().get(i));
    }
    if (rendering.scale().isPresent()) {
      List<Double> bounds = rendering.scale().orElseThrow();
      scale = Scale.linearCosine(bounds.get(0), bounds.get(1));
      value = PairSimilarity::cosine;
    } else {
      scale = Scale.logDistance();
      value = PairSimilarity::distance;
    }
  }

  Figure heatmaps() {
    return new HeatmapChart("Weight change by layer and component", "", table(), scale).figure();
  }

  Figure lines() {
    return new LineChart("Weight change over depth", "", table(), scale).figure();
  }

  private LayerTable table() {
    List<TensorRow> inLayers =
        report.results().stream().filter(row -> row.layer().isPresent()).toList();
    List<TensorRow> outside =
        report.results().stream().filter(row -> row.layer().isEmpty()).toList();
    return new LayerTable(
        groups(inLayers),
        inLayers.stream().map(row -> row.layer().getAsInt()).distinct().sorted().toList(),
        outside.stream().map(SimilarityFigures::nameOutside).distinct().toList(),
        series());
  }

  /// Components in their canonical order, split where norm, attention and MLP meet.
  private static List<List<String>> groups(List<TensorRow> rows) {
    List<TensorName> names =
        rows.stream()
            .map(row -> TensorName.parse(row.tensorKey()))
            .sorted(TensorName.BY_COMPONENT)
            .toList();
    List<List<String>> groups = new ArrayList<>();
    TensorName previous = null;
    for (TensorName name : names) {
      if (previous == null || previous.group() != name.group()) {
        groups.add(new ArrayList<>());
      }
      if (!groups.getLast().contains(name.component())) {
        groups.getLast().add(name.component());
      }
      previous = name;
    }
    return groups;
  }

  private List<Series> series() {
    List<Series> series = new ArrayList<>();
    for (Pair pair : ModelName.pairs(report.models().stream().map(Report.Model::name).toList())) {
      Map<Place, Double> values = new LinkedHashMap<>();
      for (TensorRow row : report.results()) {
        row.similarity().pairs().stream()
            .filter(found -> found.pair().equals(pair.name()))
            .findFirst()
            .ifPresent(found -> values.put(place(row), value.applyAsDouble(found)));
      }
      series.add(new Series(label(pair), values));
    }
    return series;
  }

  private static Place place(TensorRow row) {
    return row.layer().isPresent()
        ? Place.inLayer(row.layer().getAsInt(), row.componentType())
        : Place.outsideLayers(nameOutside(row));
  }

  private static String nameOutside(TensorRow row) {
    return row.componentType();
  }

  private String label(Pair pair) {
    return labels.get(pair.first()) + " – " + labels.get(pair.second());
  }
}
