package dev.halcyon.plots;

import dev.halcyon.plots.figure.Figure;

/// Data that can be drawn.
public sealed interface Chart
    permits HeatmapChart, LineChart, FisherChart, DivergenceChart, ChangeChart, ImportanceChart {
  String title();

  /// Lays the chart out.
  ///
  /// @throws FigureTooLargeException when the figure would be larger than [Figure#LARGEST_AREA]
  Figure figure();
}
