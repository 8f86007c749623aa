package dev.halcyon.plots;

import static java.util.Objects.requireNonNull;

import dev.halcyon.plots.figure.Figure;
import dev.halcyon.plots.table.LayerTable;
import dev.halcyon.plots.table.Scale;

/// Component by layer, one panel for each series, one colour scale for all.
///
/// @param subtitle what a reader must know beside the scale; may be empty. Notes on missing and
///   zero cells are appended where there are any
public record HeatmapChart(String title, String subtitle, LayerTable table, Scale scale)
    implements Chart {
  public HeatmapChart {
    requireNonNull(title, "title is null");
    requireNonNull(subtitle, "subtitle is null");
    requireNonNull(table, "table is null");
    requireNonNull(scale, "scale is null");
  }

  @Override
  public Figure figure() {
    return new HeatmapPainter(this).paint();
  }
}
