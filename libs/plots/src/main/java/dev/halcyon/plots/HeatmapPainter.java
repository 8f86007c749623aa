package dev.halcyon.plots;

import dev.halcyon.plots.axis.LayerTicks;
import dev.halcyon.plots.axis.NumberText;
import dev.halcyon.plots.figure.Drawing;
import dev.halcyon.plots.figure.Drawing.Anchor;
import dev.halcyon.plots.figure.Figure;
import dev.halcyon.plots.figure.Ink;
import dev.halcyon.plots.figure.TextStyle;
import dev.halcyon.plots.table.LayerTable;
import dev.halcyon.plots.table.Place;
import dev.halcyon.plots.table.Scale;
import dev.halcyon.plots.table.Series;
import java.awt.geom.Rectangle2D;
import java.util.List;

/// Draws a [HeatmapChart].
final class HeatmapPainter {
  static final String LAYER = "layer";

  private static final double KEY_GAP = 24;
  private static final double LEAST_BAR = 120;
  private static final double MOST_BAR = 260;
  private static final double LEAST_CONTENT = 440;

  private final HeatmapChart chart;
  private final LayerTable table;
  private final Census census;
  private final CellPaint paint;
  private final HeatmapLayout layout;
  private final SeriesNames names;
  private final Drawing drawing = new Drawing();

  HeatmapPainter(HeatmapChart chart) {
    this.chart = chart;
    this.table = chart.table();
    this.census = Census.of(table, chart.scale());
    this.paint = CellPaint.fit(chart.scale(), census);
    this.layout = new HeatmapLayout(table);
    this.names = SeriesNames.fit(table, TextStyle.PANEL_TITLE, layout.panelWidth());
  }

  Figure paint() {
    double barHeight = Math.clamp(layout.gridHeight() - 20.0, LEAST_BAR, MOST_BAR);
    ColorBar key = new ColorBar(paint, census, barHeight);
    double keyLeft = layout.right() + KEY_GAP;
    double right = Math.max(keyLeft + key.width(), Header.MARGIN + LEAST_CONTENT);
    double room = right - Header.MARGIN;
    Header header = Header.of(chart.title(), subtitle(), room);
    header.draw(drawing, room, room);

    int top = (int) Math.ceil(header.bottom());
    for (int panel = 0; panel < table.series().size(); panel++) {
      drawPanel(panel, top + layout.top(panel));
    }
    key.draw(drawing, keyLeft, top + 2.0);
    double bottom = top + Math.max(layout.bottom(), 2 + key.height());
    return drawing.finish(chart.title(), right + Header.MARGIN, bottom + Header.MARGIN);
  }

  private String subtitle() {
    return Header.joined(
        scaleWords(),
        chart.subtitle(),
        census.zeros() ? "white: exactly 0" : "",
        census.missing() ? "grey: tensor missing or not comparable" : "",
        names.key());
  }

  private String scaleWords() {
    return switch (chart.scale()) {
      case Scale.Logarithmic log -> log.quantity() + " similarity, one logarithmic colour scale";
      case Scale.Linear linear -> linear.quantity() + " similarity, one linear colour scale";
    };
  }

  private void drawPanel(int panel, int top) {
    Series series = table.series().get(panel);
    int left = layout.left(panel);
    drawing.text(
        names.get(panel), left, top + 12, TextStyle.PANEL_TITLE, Anchor.START, layout.panelWidth());
    int gridTop = top + HeatmapLayout.TITLE_HEIGHT;
    drawGrid(series, left, gridTop, true);
    drawGrid(series, left, gridTop, false);
    drawAxis(left, gridTop + layout.gridHeight());
    drawStrip(series, left, top + layout.stripTop());
    if (layout.isFirstInRow(panel)) {
      drawLabels(layout.labelRight(panel), top);
    }
  }

  // Zero cells first: their outlines reach half a pixel into their neighbours, who then cover them.
  private void drawGrid(Series series, int left, int top, boolean zeros) {
    List<String> components = table.components();
    for (int row = 0; row < components.size(); row++) {
      for (int column = 0; column < table.layers().size(); column++) {
        Place place = Place.inLayer(table.layers().get(column), components.get(row));
        double value = series.value(place);
        if (paint.isZero(value) == zeros) {
          paint.draw(drawing, cell(left, top, row, column), value);
        }
      }
    }
  }

  private Rectangle2D cell(int left, int top, int row, int column) {
    return new Rectangle2D.Double(
        left + column * layout.cellWidth(),
        top + layout.rowTop(row),
        layout.cellWidth(),
        layout.rowHeight());
  }

  private void drawAxis(int left, int bottom) {
    for (int index : LayerTicks.indices(table.layers(), layout.cellWidth())) {
      double x = left + (index + 0.5) * layout.cellWidth();
      drawing.line(x, bottom, x, bottom + 4, Ink.FRAME);
      String number = Integer.toString(table.layers().get(index));
      drawing.text(number, x, bottom + 15, TextStyle.TICK, Anchor.MIDDLE);
    }
  }

  private void drawStrip(Series series, int left, int top) {
    List<String> tensors = table.outsideLayers();
    for (int i = 0; i < tensors.size(); i++) {
      int x = left + (layout.isStripInLine() ? i * layout.stripPitch() : 0);
      int y = top + (layout.isStripInLine() ? 0 : i * HeatmapLayout.STRIP_ROW);
      if (layout.isStripInLine() && i > 0) {
        double room = layout.labelRoom();
        drawing.text(tensors.get(i), x - 8, y + 12, TextStyle.LABEL, Anchor.END, room);
      }
      drawStripCell(series.value(Place.outsideLayers(tensors.get(i))), x, y);
    }
  }

  private void drawStripCell(double value, int x, int y) {
    int width = HeatmapLayout.STRIP_CELL;
    int height = HeatmapLayout.STRIP_ROW - 2;
    paint.draw(drawing, new Rectangle2D.Double(x, y, width, height), value);
    drawing.text(valueText(value), x + width + 7, y + 12, TextStyle.NOTE, Anchor.START);
  }

  private String valueText(double value) {
    if (Double.isNaN(value)) {
      return ColorBar.MISSING;
    }
    return switch (chart.scale()) {
      case Scale.Logarithmic _ -> paint.isZero(value) ? "0" : NumberText.compact(value);
      case Scale.Linear _ -> NumberText.fixed(value, 4);
    };
  }

  private void drawLabels(int right, int top) {
    List<String> components = table.components();
    int gridTop = top + HeatmapLayout.TITLE_HEIGHT;
    for (int row = 0; row < components.size(); row++) {
      double baseline = gridTop + layout.rowTop(row) + layout.rowHeight() / 2.0 + 4;
      drawLabel(components.get(row), right, baseline);
    }
    if (!components.isEmpty()) {
      double baseline = gridTop + layout.gridHeight() + 15;
      drawing.text(LAYER, right, baseline, TextStyle.NOTE, Anchor.END);
    }
    int tensors = table.outsideLayers().size();
    int stripRows = layout.isStripInLine() ? Math.min(1, tensors) : tensors;
    for (int row = 0; row < stripRows; row++) {
      double baseline = top + layout.stripTop() + row * HeatmapLayout.STRIP_ROW + 12;
      drawLabel(table.outsideLayers().get(row), right, baseline);
    }
  }

  private void drawLabel(String label, int right, double baseline) {
    drawing.text(label, right, baseline, TextStyle.LABEL, Anchor.END, layout.labelRoom());
  }
}
