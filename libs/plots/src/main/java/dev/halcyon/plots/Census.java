package dev.halcyon.plots;

import dev.halcyon.plots.table.LayerTable;
import dev.halcyon.plots.table.Place;
import dev.halcyon.plots.table.Scale;
import dev.halcyon.plots.table.Series;
import java.util.List;

/// What kinds of values a table holds, seen through a scale.
///
/// @param smallest of the values that have a place on the scale, NaN if there is none
/// @param largest of them, NaN if there is none
/// @param zeros values that a logarithmic scale cannot place
record Census(double smallest, double largest, boolean zeros, boolean missing) {

  static Census of(LayerTable table, Scale scale) {
    List<Place> places = table.places().toList();
    double smallest = Double.NaN;
    double largest = Double.NaN;
    boolean zeros = false;
    boolean missing = false;
    for (Series series : table.series()) {
      for (Place place : places) {
        double value = series.value(place);
        if (Double.isNaN(value)) {
          missing = true;
        } else if (isZero(value, scale)) {
          zeros = true;
        } else {
          smallest = Double.isNaN(smallest) ? value : Math.min(smallest, value);
          largest = Double.isNaN(largest) ? value : Math.max(largest, value);
        }
      }
    }
    return new Census(smallest, largest, zeros, missing);
  }

  /// Whether the scale has no place for the value. Rounding may leave a distance just below zero.
  static boolean isZero(double value, Scale scale) {
    return scale instanceof Scale.Logarithmic && value <= 0;
  }

  boolean hasPlaced() {
    return !Double.isNaN(smallest);
  }
}
