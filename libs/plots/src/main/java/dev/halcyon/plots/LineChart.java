package dev.halcyon.plots;

import static java.util.Objects.requireNonNull;

import dev.halcyon.plots.figure.Figure;
import dev.halcyon.plots.table.LayerTable;
import dev.halcyon.plots.table.Scale;

/// Values over depth: a panel for each component, a line for each series, one vertical axis.
///
/// @param subtitle what a reader must know beside the scale; may be empty
public record LineChart(String title, String subtitle, LayerTable table, Scale scale)
    implements Chart {
  public LineChart {
    requireNonNull(title, "title is null");
    requireNonNull(subtitle, "subtitle is null");
    requireNonNull(table, "table is null");
    requireNonNull(scale, "scale is null");
  }

  @Override
  public Figure figure() {
    return new LinePainter(this).paint();
  }
}
