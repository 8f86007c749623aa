package dev.halcyon.plots;

import dev.halcyon.plots.axis.Axis;
import dev.halcyon.plots.axis.LinearAxis;
import dev.halcyon.plots.axis.LogarithmicAxis;
import dev.halcyon.plots.axis.ValueAxis;
import dev.halcyon.plots.figure.Drawing;
import dev.halcyon.plots.figure.Drawing.Anchor;
import dev.halcyon.plots.figure.Figure;
import dev.halcyon.plots.figure.TextStyle;
import dev.halcyon.plots.table.LayerTable;
import dev.halcyon.plots.table.Scale;
import java.awt.geom.Rectangle2D;
import java.util.Optional;

/// Draws a [LineChart].
final class LinePainter {
  static final float LINE_WIDTH = 1.3f;

  private static final double INSET = 6;
  private static final double LEGEND_GAP = 40;
  private static final int AXIS_TITLE_WIDTH = 18;
  private static final double LAYER_NUMBERS = 20;

  private final LineChart chart;
  private final LayerTable table;
  private final Census census;
  private final LineLayout layout;
  private final ValueAxis axis;
  private final Drawing drawing = new Drawing();

  LinePainter(LineChart chart) {
    this.chart = chart;
    this.table = chart.table();
    this.census = Census.of(table, chart.scale());
    int panels = table.components().size();
    int layers = table.layers().size();
    int height = LineLayout.of(panels, layers, 0).panelHeight();
    this.axis = new ValueAxis(axis(), height, census.zeros(), INSET);
    double labels = Math.max(axis.labelWidth(), TextStyle.NOTE.width(HeatmapPainter.LAYER));
    int left = (int) Math.ceil(Header.MARGIN + AXIS_TITLE_WIDTH + labels + 8);
    this.layout = LineLayout.of(panels, layers, left);
  }

  private Optional<Axis> axis() {
    return switch (chart.scale()) {
      case Scale.Linear linear -> Optional.of(new LinearAxis(linear.low(), linear.high()));
      case Scale.Logarithmic _ when !census.hasPlaced() -> Optional.empty();
      case Scale.Logarithmic _ ->
          Optional.of(LogarithmicAxis.fit(census.smallest(), census.largest()));
    };
  }

  Figure paint() {
    double right = layout.right();
    double top = drawHeader(right) + LineLayout.TITLE_HEIGHT;
    LinePanel lines = new LinePanel(drawing, table, axis, layout.panelWidth());
    for (int panel = 0; panel < layout.panels(); panel++) {
      drawPanel(lines, panel, top + layout.top(panel));
    }
    double bottom = top + layout.bottom();
    if (layout.panels() > 0) {
      drawing.verticalText(
          chart.scale().quantity(),
          Header.MARGIN + 10,
          (top + bottom) / 2,
          TextStyle.AXIS_TITLE,
          bottom - top);
      bottom += LAYER_NUMBERS;
    }
    bottom = drawOutside(bottom, right);
    return drawing.finish(chart.title(), right + Header.MARGIN, bottom + Header.MARGIN);
  }

  /// Returns the lower edge of the strip, or `bottom` where there is none.
  private double drawOutside(double bottom, double right) {
    if (table.outsideLayers().isEmpty()) {
      return bottom;
    }
    double top = bottom + (layout.panels() > 0 ? LineLayout.TITLE_HEIGHT + 12 : 0);
    OutsideStrip strip = new OutsideStrip(drawing, table, axis);
    strip.draw(layout.left(0), top, right);
    double middle = (layout.left(0) + right) / 2;
    double below = top + strip.height();
    drawing.text(chart.scale().quantity(), middle, below + 14, TextStyle.AXIS_TITLE, Anchor.MIDDLE);
    return below + 14;
  }

  /// Returns the lower edge of header and legend.
  private double drawHeader(double right) {
    double room = right - Header.MARGIN;
    SeriesNames names =
        SeriesNames.fit(table, TextStyle.LABEL, Legend.widestLabel(table.series().size(), room));
    Legend legend = new Legend(names.names(), room);
    double beside = right - legend.rowWidth();
    double titleEnd = Header.MARGIN + TextStyle.TITLE.width(chart.title()) + LEGEND_GAP;
    boolean fits = beside >= titleEnd;
    Header header = Header.of(chart.title(), Header.joined(subtitle(), names.key()), room);
    header.draw(drawing, room, room);
    if (fits) {
      legend.draw(drawing, beside, 24, legend.rowWidth());
      return header.bottom();
    }
    legend.draw(drawing, Header.MARGIN, header.bottom() + 6, room);
    return header.bottom() + legend.height(room) + 6;
  }

  private String subtitle() {
    return Header.joined(
        scaleWords(),
        chart.subtitle(),
        census.zeros() ? "lane at the bottom: exactly 0" : "",
        census.missing() ? "lines break where a tensor is missing or not comparable" : "",
        isCut() ? "values beyond the axis are drawn at its end" : "");
  }

  private String scaleWords() {
    return switch (chart.scale()) {
      case Scale.Logarithmic log -> log.quantity() + " similarity, log scale, shared y range";
      case Scale.Linear linear -> linear.quantity() + " similarity, shared y range";
    };
  }

  private boolean isCut() {
    return chart.scale() instanceof Scale.Linear linear
        && census.hasPlaced()
        && (census.smallest() < linear.low() || census.largest() > linear.high() + 1e-5);
  }

  private void drawPanel(LinePanel lines, int panel, double top) {
    double left = layout.left(panel);
    String component = table.components().get(panel);
    drawing.text(
        component, left, top - 7, TextStyle.PANEL_TITLE, Anchor.START, layout.panelWidth());
    axis.drawGrid(drawing, left, top, layout.panelWidth());
    lines.drawComponent(component, left, top, layout.isLowest(panel));
    drawing.frame(new Rectangle2D.Double(left, top, layout.panelWidth(), layout.panelHeight()));
    if (layout.isFirstInRow(panel)) {
      axis.drawLabels(drawing, left - 7, top);
    }
    if (layout.isFirstInRow(panel) && layout.isLowest(panel)) {
      double baseline = top + layout.panelHeight() + 16;
      drawing.text(HeatmapPainter.LAYER, left - 7, baseline, TextStyle.NOTE, Anchor.END);
    }
  }
}
