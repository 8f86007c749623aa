package dev.halcyon.exports;

import dev.halcyon.analysis.names.TensorName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/// Values of tensors as mergekit's list of filters.
///
/// A filter is a part of tensors' names, and the first that fits decides; so longer filters come
/// first. The value of a component of the layers is a list of one number for each layer, which
/// mergekit takes layer by layer. A tensor outside the layers would get the first number of a list,
/// and has a filter of its own. The last entry, for all that is left, is 0.
final class TensorFilters {
  private static final Comparator<String> LONGEST_FIRST =
      Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder());

  private final SequencedMap<TensorName, Double> values;
  private final int layers;

  private TensorFilters(SequencedMap<TensorName, Double> values) {
    this.values = values;
    this.layers =
        values.keySet().stream().mapToInt(name -> name.layer().orElse(-1)).max().orElse(-1) + 1;
  }

  /// @throws ExportException if parts of names cannot distinguish them
  static List<Map<String, Object>> of(SequencedMap<TensorName, Double> values) {
    return new TensorFilters(values).list();
  }

  private List<Map<String, Object>> list() {
    Map<String, Object> byFilter = new TreeMap<>(LONGEST_FIRST);
    Map<String, Double[]> lists = new LinkedHashMap<>();
    values.forEach((name, value) -> {
      if (name.layer().isPresent()) {
        Double[] list = lists.computeIfAbsent(filter(name), _ -> zeros());
        list[name.layer().getAsInt()] = value;
      } else {
        byFilter.put(filter(name), value);
      }
    });
    lists.forEach((filter, list) -> byFilter.put(filter, List.of(list)));
    values.forEach((name, value) -> requireOwn(name, value, byFilter));
    return entries(byFilter);
  }

  private static List<Map<String, Object>> entries(Map<String, Object> byFilter) {
    List<Map<String, Object>> entries = new ArrayList<>();
    byFilter.forEach((filter, value) -> {
      SequencedMap<String, Object> entry = new LinkedHashMap<>();
      entry.put("filter", filter);
      entry.put("value", value);
      entries.add(entry);
    });
    entries.add(Map.of("value", 0.0));
    return entries;
  }

  private Double[] zeros() {
    Double[] zeros = new Double[layers];
    Arrays.fill(zeros, 0.0);
    return zeros;
  }

  /// The whole name outside the layers; within them what follows the layer's number.
  private static String filter(TensorName name) {
    if (name.layer().isEmpty()) {
      return name.key();
    }
    String number = "." + name.layer().getAsInt() + ".";
    return name.key().substring(name.key().indexOf(number) + number.length() - 1);
  }

  private static void requireOwn(TensorName name, Double own, Map<String, Object> byFilter) {
    String filter =
        byFilter.keySet().stream().filter(name.key()::contains).findFirst().orElseThrow();
    Object value =
        byFilter.get(filter) instanceof List<?> list
            ? list.get(name.layer().orElse(0))
            : byFilter.get(filter);
    if (!own.equals(value)) {
      throw new ExportException(
          "mergekit's filters cannot separate %s from other tensors with %s in their names"
              .formatted(name.key(), filter));
    }
  }
}
