package dev.halcyon.plots.table;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Values by component and layer, for one or more pairs of models.
///
/// @param componentGroups rows from top to bottom; groups (norm, attention, MLP, …) are ruled apart
/// @param layers columns, rising
/// @param outsideLayers tensors that have no layer: embeddings, final norm, head
/// @param series one for each pair, in the order they are drawn
/// @param key what short names of series stand for; empty where there are none
public record LayerTable(
    List<List<String>> componentGroups,
    List<Integer> layers,
    List<String> outsideLayers,
    List<Series> series,
    String key) {

  public LayerTable {
    requireNonNull(key, "key is null");
    componentGroups = componentGroups.stream().map(List::copyOf).toList();
    layers = List.copyOf(layers);
    outsideLayers = List.copyOf(outsideLayers);
    series = List.copyOf(series);
    requireNonEmpty(componentGroups, layers, outsideLayers, series);
    requireDistinct("component", componentGroups.stream().flatMap(List::stream).toList());
    requireDistinct("tensor outside the layers", outsideLayers);
    requireDistinct("series", series.stream().map(Series::shortName).toList());
    requireRising(layers);
    requireKnownPlaces(componentGroups, layers, outsideLayers, series);
  }

  /// A table whose series have no short names.
  public LayerTable(
      List<List<String>> componentGroups,
      List<Integer> layers,
      List<String> outsideLayers,
      List<Series> series) {
    this(componentGroups, layers, outsideLayers, series, "");
  }

  /// All components, from top to bottom.
  public List<String> components() {
    return componentGroups.stream().flatMap(List::stream).toList();
  }

  /// Every place of the table, whether a series has a value there or not.
  public Stream<Place> places() {
    return places(componentGroups, layers, outsideLayers);
  }

  private static Stream<Place> places(
      List<List<String>> groups, List<Integer> layers, List<String> outsideLayers) {
    Stream<Place> inLayers =
        groups.stream()
            .flatMap(List::stream)
            .flatMap(component -> layers.stream().map(layer -> Place.inLayer(layer, component)));
    return Stream.concat(inLayers, outsideLayers.stream().map(Place::outsideLayers));
  }

  private static void requireNonEmpty(
      List<List<String>> groups,
      List<Integer> layers,
      List<String> outsideLayers,
      List<Series> series) {
    if (series.isEmpty()) {
      throw new IllegalArgumentException("a chart needs at least one series");
    }
    if (groups.stream().anyMatch(List::isEmpty)) {
      throw new IllegalArgumentException("a group of components is empty; leave it out");
    }
    if (groups.isEmpty() != layers.isEmpty()) {
      throw new IllegalArgumentException(
          "%d groups of components but %d layers: give both or neither"
              .formatted(groups.size(), layers.size()));
    }
    if (groups.isEmpty() && outsideLayers.isEmpty()) {
      throw new IllegalArgumentException("a chart needs at least one component or tensor");
    }
  }

  private static void requireDistinct(String what, Collection<String> names) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new IllegalArgumentException(what + " " + name + " is given twice");
      }
    }
  }

  private static void requireRising(List<Integer> layers) {
    for (int i = 1; i < layers.size(); i++) {
      if (layers.get(i) <= layers.get(i - 1)) {
        throw new IllegalArgumentException(
            "layers must rise, but %d follows %d".formatted(layers.get(i), layers.get(i - 1)));
      }
    }
  }

  private static void requireKnownPlaces(
      List<List<String>> groups,
      List<Integer> layers,
      List<String> outsideLayers,
      List<Series> series) {
    Set<Place> known = new HashSet<>(places(groups, layers, outsideLayers).toList());
    for (Series one : series) {
      for (Place place : one.values().keySet()) {
        if (!known.contains(place)) {
          throw new IllegalArgumentException(
              "[%s] %s is not in the table's components and layers".formatted(one.label(), place));
        }
      }
    }
  }
}
