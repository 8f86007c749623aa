package dev.halcyon.plots;

import dev.halcyon.plots.figure.TextStyle;
import dev.halcyon.plots.table.LayerTable;
import dev.halcyon.plots.table.Series;
import java.util.List;

/// What a figure calls its series: by their labels; or, where there is no room for one of them, by
/// their short names, all of them, and then a key says what those stand for. A label that is cut
/// could be taken for another's.
///
/// @param names one for each series
/// @param key empty where labels need none
record SeriesNames(List<String> names, String key) {
  /// @param room pixels for a name
  static SeriesNames fit(LayerTable table, TextStyle style, double room) {
    List<Series> series = table.series();
    boolean fits = series.stream().allMatch(one -> style.width(one.label()) <= room);
    return fits || table.key().isEmpty()
        ? new SeriesNames(series.stream().map(Series::label).toList(), "")
        : new SeriesNames(series.stream().map(Series::shortName).toList(), table.key());
  }

  String get(int series) {
    return names.get(series);
  }
}
