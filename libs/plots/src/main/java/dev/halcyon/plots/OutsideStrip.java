package dev.halcyon.plots;

import dev.halcyon.plots.axis.Tick;
import dev.halcyon.plots.axis.ValueAxis;
import dev.halcyon.plots.figure.Drawing;
import dev.halcyon.plots.figure.Drawing.Anchor;
import dev.halcyon.plots.figure.Ink;
import dev.halcyon.plots.figure.TextStyle;
import dev.halcyon.plots.table.LayerTable;
import dev.halcyon.plots.table.Place;
import java.awt.geom.Rectangle2D;
import java.util.List;

/// The strip below a line chart for tensors outside the layers: a row for each, a marker for each
/// series, the chart's own value axis lying down.
final class OutsideStrip {
  private static final double ROW_HEIGHT = 24;
  private static final double CROWDED_ROW_HEIGHT = 34;
  private static final int CROWDED = 6;
  private static final double AXIS_HEIGHT = 22;
  private static final double WIDEST_NAME = 220;
  private static final double NAME_GAP = 10;
  private static final double LANE = 34;
  private static final double INSET = 12;
  private static final double TICK_SPACING = 64;
  private static final double MARKER_RADIUS = 2.8;

  private final Drawing drawing;
  private final LayerTable table;
  private final ValueAxis axis;
  private final double nameWidth;
  private final double rowHeight;

  OutsideStrip(Drawing drawing, LayerTable table, ValueAxis axis) {
    this.drawing = drawing;
    this.table = table;
    this.axis = axis;
    this.nameWidth = nameWidth(table.outsideLayers());
    this.rowHeight = table.series().size() > CROWDED ? CROWDED_ROW_HEIGHT : ROW_HEIGHT;
  }

  /// Height from the frame's top to below its labels.
  double height() {
    return frameHeight() + AXIS_HEIGHT;
  }

  /// Draws the strip between two edges, its frame's top at `top`.
  void draw(double left, double top, double right) {
    drawing.text("outside the layers", left, top - 7, TextStyle.PANEL_TITLE, Anchor.START);
    drawGrid(left, top, right);
    for (int row = 0; row < table.outsideLayers().size(); row++) {
      drawRow(row, left, top + row * rowHeight, right);
    }
    drawing.frame(new Rectangle2D.Double(left, top, right - left, frameHeight()));
  }

  private void drawGrid(double left, double top, double right) {
    double bottom = top + frameHeight();
    double begin = axisLeft(left);
    double length = right - INSET - begin;
    for (Tick tick : axis.axis().map(one -> one.ticks(length, TICK_SPACING)).orElse(List.of())) {
      double x = begin + tick.position() * length;
      drawing.line(x, top, x, bottom, Ink.GRID);
      drawing.text(tick.label(), x, bottom + 16, TextStyle.TICK, Anchor.MIDDLE);
    }
    if (axis.zeroLane()) {
      double border = begin - INSET;
      drawing.line(border, top, border, bottom, Ink.FRAME, 0.6f);
      drawing.text("0", zeroX(left), bottom + 16, TextStyle.TICK, Anchor.MIDDLE);
    }
    drawing.line(left + nameWidth, top, left + nameWidth, bottom, Ink.FRAME, 0.6f);
  }

  private void drawRow(int row, double left, double top, double right) {
    String tensor = table.outsideLayers().get(row);
    if (row > 0) {
      drawing.line(left, top, right, top, Ink.GRID);
    }
    double middle = top + rowHeight / 2;
    double room = nameWidth - 2 * NAME_GAP;
    drawing.text(tensor, left + NAME_GAP, middle + 4, TextStyle.LABEL, Anchor.START, room + 0.5);
    int count = table.series().size();
    double dodge = Math.min(5, (rowHeight - 10) / Math.max(1, count - 1));
    for (int i = 0; i < count; i++) {
      double value = table.series().get(i).value(Place.outsideLayers(tensor));
      if (!Double.isNaN(value)) {
        SeriesStyle style = SeriesStyle.of(i);
        double y = middle + (i - (count - 1) / 2.0) * dodge;
        drawing.fill(style.marker().at(x(value, left, right), y, MARKER_RADIUS), style.color());
      }
    }
  }

  private double x(double value, double left, double right) {
    if (axis.zeroLane() && value <= 0) {
      return zeroX(left);
    }
    double begin = axisLeft(left);
    return begin + axis.axis().orElseThrow().clamped(value) * (right - INSET - begin);
  }

  private double axisLeft(double left) {
    return left + nameWidth + INSET + (axis.zeroLane() ? LANE : 0);
  }

  private double zeroX(double left) {
    return left + nameWidth + LANE / 2;
  }

  private double frameHeight() {
    return rowHeight * table.outsideLayers().size();
  }

  private static double nameWidth(List<String> names) {
    double widest = names.stream().mapToDouble(TextStyle.LABEL::width).max().orElse(0);
    return Math.min(widest, WIDEST_NAME) + 2 * NAME_GAP;
  }
}
