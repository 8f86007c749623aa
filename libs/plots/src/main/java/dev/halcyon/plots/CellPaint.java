package dev.halcyon.plots;

import dev.halcyon.plots.axis.Axis;
import dev.halcyon.plots.axis.LinearAxis;
import dev.halcyon.plots.axis.LogarithmicAxis;
import dev.halcyon.plots.figure.Drawing;
import dev.halcyon.plots.figure.Ink;
import dev.halcyon.plots.table.Scale;
import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.util.Optional;

/// Colours the cells of a heat map: grey for missing, outlined white for zero, else the map.
record CellPaint(Scale scale, Optional<Axis> axis) {
  // All but the top eight decades would be rounding noise that takes the contrast from the rest.
  private static final double MOST_DECADES = 8;

  static CellPaint fit(Scale scale, Census census) {
    return new CellPaint(scale, axis(scale, census));
  }

  private static Optional<Axis> axis(Scale scale, Census census) {
    return switch (scale) {
      case Scale.Linear linear -> Optional.of(new LinearAxis(linear.low(), linear.high()));
      case Scale.Logarithmic _ when !census.hasPlaced() -> Optional.empty();
      case Scale.Logarithmic _ -> Optional.of(fitted(census));
    };
  }

  private static LogarithmicAxis fitted(Census census) {
    double floor = Math.log10(census.largest()) - MOST_DECADES;
    double smallest = Math.max(census.smallest(), Math.pow(10, Math.ceil(floor)));
    return LogarithmicAxis.fit(smallest, census.largest());
  }

  boolean isZero(double value) {
    return Census.isZero(value, scale);
  }

  Color color(double value) {
    if (Double.isNaN(value)) {
      return Ink.MISSING;
    }
    return isZero(value) ? Ink.PAPER : Viridis.color(axis.orElseThrow().position(value));
  }

  /// Draws a cell. The outline of a zero cell reaches half a pixel beyond it, so that neighbours
  /// share one line.
  void draw(Drawing drawing, Rectangle2D cell, double value) {
    drawing.fill(cell, color(value));
    if (isZero(value)) {
      drawing.stroke(cell, Ink.ZERO_OUTLINE, 1f);
    }
  }
}
