package dev.halcyon.services.plotter;

import dev.halcyon.analysis.names.TensorName;
import dev.halcyon.contracts.request.ModelName;
import dev.halcyon.contracts.request.ModelName.Pair;
import dev.halcyon.contracts.request.Rendering;
import dev.halcyon.contracts.results.Report;
import dev.halcyon.contracts.results.Report.TensorRow;
import dev.halcyon.contracts.results.SimilarityResult.PairSimilarity;
import dev.halcyon.plots.Chart;
import dev.halcyon.plots.HeatmapChart;
import dev.halcyon.plots.LineChart;
import dev.halcyon.plots.table.LayerTable;
import dev.halcyon.plots.table.Place;
import dev.halcyon.plots.table.Scale;
import dev.halcyon.plots.table.Series;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/// The figures of a similarity report: component by layer, and over depth.
final class SimilarityFigures {
  /// Of more pairs than this (seven fine-tunes) only those with the base are drawn.
  static final int MOST_PAIRS = 28;

  private final Report report;
  private final PairLabels labels;
  private final FigurePlaces places;
  private final Scale scale;
  private final ToDoubleFunction<PairSimilarity> value;

  SimilarityFigures(Report report, Rendering rendering) {
    this.report = report;
    this.labels = new PairLabels(rendering);
    this.places = new FigurePlaces(report.results());
    if (rendering.scale().isPresent()) {
      List<Double> bounds = rendering.scale().orElseThrow();
      scale = Scale.linearCosine(bounds.get(0), bounds.get(1));
      value = PairSimilarity::cosine;
    } else {
      scale = Scale.logDistance();
      value = PairSimilarity::distance;
    }
  }

  Chart heatmaps() {
    return new HeatmapChart("Weight change by layer and component", notes(), table(), scale);
  }

  Chart lines() {
    return new LineChart("Weight change over depth", notes(), table(), scale);
  }

  private String notes() {
    List<String> notes = new ArrayList<>();
    if (pairs().size() < allPairs().size()) {
      notes.add("pairs with the base only");
    }
    if (places.arePooled()) {
      notes.add("experts.*: mean over the experts");
    }
    return String.join("; ", notes);
  }

  private List<Pair> allPairs() {
    return ModelName.pairs(report.models().stream().map(Report.Model::name).toList());
  }

  private List<Pair> pairs() {
    List<Pair> all = allPairs();
    return all.size() <= MOST_PAIRS ? all : all.stream().filter(Pair::involvesBase).toList();
  }

  private LayerTable table() {
    List<TensorRow> inLayers =
        report.results().stream().filter(row -> row.layer().isPresent()).toList();
    List<TensorRow> outside =
        report.results().stream().filter(row -> row.layer().isEmpty()).toList();
    return new LayerTable(
        groups(inLayers),
        inLayers.stream().map(row -> row.layer().getAsInt()).distinct().sorted().toList(),
        outside.stream().map(row -> places.of(row).component()).distinct().toList(),
        pairs().stream().map(this::series).toList(),
        labels.key());
  }

  /// Components in their canonical order, split where norm, attention and MLP meet.
  private List<List<String>> groups(List<TensorRow> rows) {
    List<TensorName> names =
        rows.stream()
            .map(row -> TensorName.parse(row.tensorKey()))
            .sorted(TensorName.BY_COMPONENT)
            .toList();
    Set<String> seen = new HashSet<>();
    List<List<String>> groups = new ArrayList<>();
    TensorName previous = null;
    for (TensorName name : names) {
      boolean isNew = seen.add(places.component(name));
      if (isNew && (previous == null || previous.group() != name.group())) {
        groups.add(new ArrayList<>());
      }
      if (isNew) {
        groups.getLast().add(places.component(name));
        previous = name;
      }
    }
    return groups;
  }

  private Series series(Pair pair) {
    Map<Place, List<Double>> values = new LinkedHashMap<>();
    for (TensorRow row : report.results()) {
      row.similarity().pairs().stream()
          .filter(found -> found.pair().equals(pair.name()))
          .findFirst()
          .ifPresent(found ->
              values
                  .computeIfAbsent(places.of(row), _ -> new ArrayList<>())
                  .add(value.applyAsDouble(found)));
    }
    Map<Place, Double> means = new LinkedHashMap<>();
    values.forEach((place, found) -> means.put(place, mean(found)));
    return new Series(labels.label(pair), PairLabels.shortName(pair), means);
  }

  /// Of those that are defined.
  private static double mean(List<Double> values) {
    return values.stream()
        .mapToDouble(Double::doubleValue)
        .filter(Double::isFinite)
        .average()
        .orElse(Double.NaN);
  }
}
