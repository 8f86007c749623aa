package dev.halcyon.plots;

import dev.halcyon.plots.axis.LayerTicks;
import dev.halcyon.plots.axis.ValueAxis;
import dev.halcyon.plots.figure.Drawing;
import dev.halcyon.plots.figure.Drawing.Anchor;
import dev.halcyon.plots.figure.Ink;
import dev.halcyon.plots.figure.TextStyle;
import dev.halcyon.plots.table.LayerTable;
import dev.halcyon.plots.table.Place;
import dev.halcyon.plots.table.Series;
import java.awt.geom.Path2D;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/// The inside of a line chart's panels.
final class LinePanel {
  private static final double MARKER_RADIUS = 2.3;
  private static final double MARKER_DISTANCE = 9;
  private static final double INSET = 7;

  private final Drawing drawing;
  private final LayerTable table;
  private final ValueAxis axis;
  private final double width;

  LinePanel(Drawing drawing, LayerTable table, ValueAxis axis, double width) {
    this.drawing = drawing;
    this.table = table;
    this.axis = axis;
    this.width = width;
  }

  /// A value on the panel; `lane` tells the zeros from the others, between which no line runs.
  private record Point(int index, double x, double y, boolean lane) {}

  void drawComponent(String component, double left, double top, boolean numbered) {
    List<List<Point>> lines =
        table.series().stream().map(series -> points(series, component, left, top)).toList();
    if (lines.stream().allMatch(List::isEmpty)) {
      drawNoValues(left, top);
    } else {
      drawLayerGrid(left, top);
    }
    for (int i = 0; i < lines.size(); i++) {
      drawSeries(i, lines.get(i));
    }
    if (numbered) {
      drawLayerNumbers(left, top + axis.height());
    }
  }

  private void drawLayerGrid(double left, double top) {
    for (int index : LayerTicks.indices(table.layers(), pitch())) {
      double x = x(index, left);
      drawing.line(x, top, x, top + axis.height(), Ink.GRID);
    }
  }

  private void drawLayerNumbers(double left, double bottom) {
    for (int index : LayerTicks.indices(table.layers(), pitch())) {
      String number = Integer.toString(table.layers().get(index));
      drawing.text(number, x(index, left), bottom + 16, TextStyle.TICK, Anchor.MIDDLE);
    }
  }

  private void drawNoValues(double left, double top) {
    drawing.text(
        "no values",
        left + width / 2,
        top + axis.axisHeight() / 2 + 4,
        TextStyle.NOTE,
        Anchor.MIDDLE);
  }

  private double pitch() {
    int steps = Math.max(1, table.layers().size() - 1);
    return (width - 2 * INSET) / steps;
  }

  private double x(int index, double left) {
    return table.layers().size() == 1 ? left + width / 2 : left + INSET + index * pitch();
  }

  private List<Point> points(Series series, String component, double left, double top) {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < table.layers().size(); i++) {
      double value = series.value(Place.inLayer(table.layers().get(i), component));
      OptionalDouble y = y(value);
      if (y.isPresent()) {
        points.add(new Point(i, x(i, left), top + y.getAsDouble(), isLane(value)));
      }
    }
    return points;
  }

  private OptionalDouble y(double value) {
    if (Double.isNaN(value)) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(isLane(value) ? axis.zeroY() : axis.y(value));
  }

  private boolean isLane(double value) {
    return axis.zeroLane() && value <= 0;
  }

  private void drawSeries(int series, List<Point> points) {
    Path2D path = new Path2D.Double();
    Point before = null;
    for (Point point : points) {
      if (before != null && joined(before, point)) {
        path.lineTo(point.x(), point.y());
      } else {
        path.moveTo(point.x(), point.y());
      }
      before = point;
    }
    if (points.size() > 1) {
      drawing.stroke(path, SeriesStyle.of(series).color(), LinePainter.LINE_WIDTH);
    }
    drawMarkers(series, points);
  }

  private boolean joined(Point from, Point to) {
    int layers = table.layers().get(to.index()) - table.layers().get(from.index());
    return layers == 1 && from.lane() == to.lane();
  }

  // Close points share their markers, each series at its own turn; a point that no line reaches
  // always has one.
  private void drawMarkers(int series, List<Point> points) {
    int every = Math.max(1, (int) Math.ceil(MARKER_DISTANCE / pitch()));
    for (int i = 0; i < points.size(); i++) {
      Point point = points.get(i);
      boolean alone =
          (i == 0 || !joined(points.get(i - 1), point))
              && (i == points.size() - 1 || !joined(point, points.get(i + 1)));
      if (alone || point.index() % every == series % every) {
        drawMarker(series, point.x(), point.y());
      }
    }
  }

  private void drawMarker(int series, double x, double y) {
    SeriesStyle style = SeriesStyle.of(series);
    drawing.fill(style.marker().at(x, y, MARKER_RADIUS), style.color());
  }
}
