package dev.halcyon.plots.table;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/// The values of one pair of models.
///
/// @param label as the reader sees it, `base – code`
/// @param shortName where there is no room for labels, `base – ft1`
/// @param values by place; an absent place or NaN is a missing value
public record Series(String label, String shortName, Map<Place, Double> values) {
  public Series {
    requireNonNull(label, "label is null");
    requireNonNull(shortName, "shortName is null");
    values = Map.copyOf(values);
    values.forEach((place, value) -> requireNumber(label, place, value));
  }

  /// A series whose label is short enough.
  public Series(String label, Map<Place, Double> values) {
    this(label, label, values);
  }

  /// The value at `place`, NaN where it is missing.
  public double value(Place place) {
    return values.getOrDefault(place, Double.NaN);
  }

  private static void requireNumber(String label, Place place, double value) {
    if (Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "[%s] %s: %s cannot be drawn; leave the value out or use NaN"
              .formatted(label, place, value));
    }
  }
}
