package dev.halcyon.report;

import dev.halcyon.analysis.names.TensorName;
import dev.halcyon.contracts.results.SimilarityResult.Quantiles;
import dev.halcyon.tensors.Shape;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// A tensor and what is known of it.
final class TensorEntry {
  private final TensorName name;
  private final Shape shape;
  private final Map<String, Double> numbers = new LinkedHashMap<>();
  private final Map<String, Quantiles> quantiles = new LinkedHashMap<>();
  private Optional<String> note = Optional.empty();

  TensorEntry(TensorName name, Shape shape) {
    this.name = name;
    this.shape = shape;
  }

  TensorName name() {
    return name;
  }

  Shape shape() {
    return shape;
  }

  /// Elements; 1 of a scalar.
  long elements() {
    return shape.elements();
  }

  Optional<String> note() {
    return note;
  }

  void note(Optional<String> text) {
    note = text;
  }

  void put(String column, double value) {
    numbers.put(column, value);
  }

  /// The number in that column; not defined where there is none.
  double number(String column) {
    return numbers.getOrDefault(column, Double.NaN);
  }

  void put(String pair, Quantiles values) {
    quantiles.put(pair, values);
  }

  Map<String, Quantiles> quantiles() {
    return quantiles;
  }

  /// What tells its place from others, whatever its name in a checkpoint is prefixed with.
  String place() {
    return place(name);
  }

  static String place(TensorName name) {
    return name.layerName() + "." + name.component();
  }
}
