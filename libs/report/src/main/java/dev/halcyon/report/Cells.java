package dev.halcyon.report;

import dev.halcyon.analysis.names.ExpertPool;
import dev.halcyon.analysis.names.TensorName;
import dev.halcyon.report.PageData.CellTable;
import dev.halcyon.report.PageData.ShownComponent;
import dev.halcyon.report.ShownMetrics.Column;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Component by layer: the tensors of each cell, and their numbers put together.
final class Cells {
  private static final int DIGITS = 6;

  private final ExpertPool experts;
  private final List<TensorEntry> tensors;
  private final Map<Place, List<TensorEntry>> cells = new LinkedHashMap<>();

  /// @param tensors in the order of a forward pass
  Cells(List<TensorEntry> tensors) {
    this.tensors = tensors;
    this.experts = new ExpertPool(tensors.stream().map(one -> one.name().component()).toList());
    tensors.forEach(one -> cells.computeIfAbsent(place(one), _ -> new ArrayList<>()).add(one));
  }

  private record Place(int layer, String layerName, String component) {}

  private Place place(TensorEntry tensor) {
    TensorName name = tensor.name();
    return new Place(name.layer().orElse(-1), name.layerName(), experts.place(name.component()));
  }

  /// The cell of each tensor.
  List<Integer> indices(List<TensorEntry> listed) {
    Map<Place, Integer> index = new LinkedHashMap<>();
    cells.keySet().forEach(place -> index.put(place, index.size()));
    return listed.stream().map(tensor -> index.get(place(tensor))).toList();
  }

  /// Components of the layers, as a forward pass meets them.
  List<ShownComponent> components() {
    Map<String, TensorName> components = new LinkedHashMap<>();
    tensors.stream()
        .map(TensorEntry::name)
        .filter(name -> name.layer().isPresent())
        .forEach(name -> components.putIfAbsent(experts.place(name.component()), name));
    return components.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(TensorName.BY_COMPONENT))
        .map(one ->
            new ShownComponent(
                one.getKey(), one.getValue().group().name().toLowerCase(Locale.ROOT)))
        .toList();
  }

  List<Integer> layers() {
    return cells.keySet().stream()
        .map(Place::layer)
        .filter(layer -> layer >= 0)
        .distinct()
        .sorted()
        .toList();
  }

  CellTable table(List<Column> columns) {
    Map<String, List<Double>> numbers = new LinkedHashMap<>();
    for (Column column : columns) {
      numbers.put(
          column.name(), cells.values().stream().map(tensors -> total(column, tensors)).toList());
    }
    List<Place> places = List.copyOf(cells.keySet());
    return new CellTable(
        places.stream().map(Place::layer).toList(),
        places.stream().map(Place::layerName).toList(),
        places.stream().map(Place::component).toList(),
        cells.values().stream().map(List::size).toList(),
        numbers);
  }

  private static double total(Column column, List<TensorEntry> tensors) {
    double sum = 0;
    double weights = 0;
    for (TensorEntry tensor : tensors) {
      double value = tensor.number(column.name());
      if (Double.isFinite(value)) {
        double weight =
            column.metric().total() == Metric.Total.MEAN_OF_ELEMENTS ? tensor.elements() : 1;
        sum += value * weight;
        weights += weight;
      }
    }
    double total = column.metric().total() == Metric.Total.SUM ? sum : sum / weights;
    return weights == 0 ? Double.NaN : Numbers.rounded(total, DIGITS);
  }
}
