package dev.halcyon.plots;

import dev.halcyon.plots.DivergenceChart.Slot;
import dev.halcyon.plots.DivergenceChart.Value;
import dev.halcyon.plots.axis.LinearAxis;
import dev.halcyon.plots.axis.Tick;
import dev.halcyon.plots.axis.ValueAxis;
import dev.halcyon.plots.figure.Drawing;
import dev.halcyon.plots.figure.Drawing.Anchor;
import dev.halcyon.plots.figure.Figure;
import dev.halcyon.plots.figure.Ink;
import dev.halcyon.plots.figure.TextStyle;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Draws a [DivergenceChart].
final class DivergencePainter {
  private static final double PANEL_HEIGHT = 260;
  private static final double PANEL_TITLE = 20;
  private static final double AXIS_TITLE_WIDTH = 20;
  private static final double BELOW_LAYERS = 44;
  private static final double BELOW_COMPONENTS = 40;
  private static final double PANEL_GAP = 16;
  private static final double BAR_PITCH = 9;
  private static final double ROW_GAP = 7;

  private final DivergenceChart chart;
  private final String note;
  private final Palette palette;
  private final SlotLayout layout;
  private final ValueAxis axis;
  private final Drawing drawing = new Drawing();

  /// @param note what a reader must know of the values
  /// @param palette of the series
  DivergencePainter(DivergenceChart chart, String note, Palette palette) {
    this.chart = chart;
    this.note = note;
    this.palette = palette;
    this.layout = new SlotLayout(chart.layers(), chart.fineTunes().size());
    this.axis = new ValueAxis(Optional.of(axis(chart.layers())), PANEL_HEIGHT, false, 6);
  }

  Figure paint() {
    double names =
        chart.components().stream()
            .mapToDouble(slot -> TextStyle.TICK.width(slot.name()))
            .max()
            .orElse(0);
    double room = Math.ceil(Math.max(axis.labelWidth() + AXIS_TITLE_WIDTH, names)) + 10;
    double left = Header.MARGIN + room;
    double right = left + layout.width();
    double top = drawHeader(right) + PANEL_TITLE;
    drawLayers(left, top);
    double bottom = top + PANEL_HEIGHT + BELOW_LAYERS;
    if (!chart.components().isEmpty()) {
      bottom = drawComponents(left, bottom + PANEL_GAP + PANEL_TITLE);
    }
    return drawing.finish(chart.title(), right + Header.MARGIN, bottom + Header.MARGIN - 8);
  }

  /// Returns the lower edge of header and legend.
  private double drawHeader(double right) {
    double room = right - Header.MARGIN;
    Header header = Header.of(chart.title(), subtitle(), room);
    header.draw(drawing, room, room);
    if (chart.fineTunes().size() < 2) {
      return header.bottom();
    }
    Legend legend = new Legend(chart.fineTunes(), palette, room);
    legend.draw(drawing, Header.MARGIN, header.bottom() + 2, room);
    return header.bottom() + legend.height(room) + 4;
  }

  private String subtitle() {
    boolean errors = all(chart.layers()).anyMatch(value -> value.isDefined() && value.error() > 0);
    return Header.joined(
        chart.subtitle(), note, errors ? "whiskers: ± 1 standard error over samples" : "");
  }

  private void drawLayers(double left, double top) {
    drawing.text("by layer", left, top - 7, TextStyle.PANEL_TITLE, Anchor.START);
    drawing.verticalText(
        chart.quantity(),
        left - 8 - axis.labelWidth() - 10,
        top + PANEL_HEIGHT / 2,
        TextStyle.AXIS_TITLE,
        PANEL_HEIGHT);
    axis.drawGrid(drawing, left, top, layout.width());
    axis.drawLabels(drawing, left - 7, top);
    double zero = top + axis.y(0);
    drawing.line(left, zero, left + layout.width(), zero, Ink.FRAME);
    for (int i = 0; i < chart.layers().size(); i++) {
      for (int series = 0; series < chart.fineTunes().size(); series++) {
        Value value = chart.layers().get(i).values().get(series);
        if (value.isDefined()) {
          drawColumn(left + layout.bar(i, series), top, zero, value, series);
        }
      }
    }
    drawing.frame(new Rectangle2D.Double(left, top, layout.width(), PANEL_HEIGHT));
    layout.drawNames(drawing, left, top + PANEL_HEIGHT);
  }

  private void drawColumn(double x, double top, double zero, Value value, int series) {
    double width = layout.barWidth();
    double y = top + axis.y(value.value());
    drawing.rectangle(
        x - width / 2, Math.min(y, zero), width, Math.abs(zero - y), palette.color(series));
    if (value.error() > 0) {
      double high = top + axis.y(value.value() + value.error());
      double low = top + axis.y(value.value() - value.error());
      double cap = Math.min(2.5, width / 3);
      drawing.line(x, high, x, low, Ink.TEXT);
      drawing.line(x - cap, high, x + cap, high, Ink.TEXT);
      drawing.line(x - cap, low, x + cap, low, Ink.TEXT);
    }
  }

  /// Rows of bars; returns the lower edge of the panel with its axis.
  private double drawComponents(double left, double top) {
    LinearAxis across = axis(chart.components());
    int series = chart.fineTunes().size();
    double row = series * BAR_PITCH + ROW_GAP;
    double height = row * chart.components().size() + ROW_GAP;
    drawing.text(
        "by component, over all layers", left, top - 7, TextStyle.PANEL_TITLE, Anchor.START);
    for (Tick tick : across.ticks(layout.width(), 70)) {
      double x = left + tick.position() * layout.width();
      drawing.line(x, top, x, top + height, Ink.GRID);
      drawing.text(tick.label(), x, top + height + 16, TextStyle.TICK, Anchor.MIDDLE);
    }
    double zero = left + across.clamped(0) * layout.width();
    drawing.line(zero, top, zero, top + height, Ink.FRAME);
    for (int i = 0; i < chart.components().size(); i++) {
      Slot slot = chart.components().get(i);
      double first = top + ROW_GAP + i * row;
      double middle = first + series * BAR_PITCH / 2;
      drawing.text(slot.name(), left - 7, middle + 4, TextStyle.TICK, Anchor.END);
      for (int number = 0; number < series; number++) {
        double y = first + (number + 0.5) * BAR_PITCH;
        drawRow(left, y, zero, across, slot.values().get(number), number);
      }
    }
    drawing.frame(new Rectangle2D.Double(left, top, layout.width(), height));
    drawing.text(
        chart.quantity(),
        left + layout.width() / 2,
        top + height + 34,
        TextStyle.AXIS_TITLE,
        Anchor.MIDDLE,
        layout.width());
    return top + height + BELOW_COMPONENTS;
  }

  private void drawRow(
      double left, double y, double zero, LinearAxis across, Value value, int series) {
    if (!value.isDefined()) {
      return;
    }
    double thickness = BAR_PITCH - 1.5;
    double x = left + across.clamped(value.value()) * layout.width();
    drawing.rectangle(
        Math.min(x, zero), y - thickness / 2, Math.abs(x - zero), thickness, palette.color(series));
    if (value.error() > 0) {
      double high = left + across.clamped(value.value() + value.error()) * layout.width();
      double low = left + across.clamped(value.value() - value.error()) * layout.width();
      drawing.line(low, y, high, y, Ink.TEXT);
      drawing.line(low, y - 2, low, y + 2, Ink.TEXT);
      drawing.line(high, y - 2, high, y + 2, Ink.TEXT);
    }
  }

  /// Round bounds that hold zero and all whiskers.
  private static LinearAxis axis(List<Slot> slots) {
    double high = 0;
    double low = 0;
    for (Value value : all(slots).filter(Value::isDefined).toList()) {
      high = Math.max(high, value.value() + value.error());
      low = Math.min(low, value.value() - value.error());
    }
    double upper = high > 0 ? LinearAxis.fromZero(high).high() : 0;
    double lower = low < 0 ? -LinearAxis.fromZero(-low).high() : 0;
    return upper > lower ? new LinearAxis(lower, upper) : new LinearAxis(0, 1);
  }

  private static Stream<Value> all(List<Slot> slots) {
    List<Value> values = new ArrayList<>();
    slots.forEach(slot -> values.addAll(slot.values()));
    return values.stream();
  }
}
