package dev.halcyon.plots;

import dev.halcyon.plots.axis.Axis;
import dev.halcyon.plots.axis.Tick;
import dev.halcyon.plots.figure.Drawing;
import dev.halcyon.plots.figure.Drawing.Anchor;
import dev.halcyon.plots.figure.Ink;
import dev.halcyon.plots.figure.TextStyle;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;

/// The key of a heat map: the colour bar with its numbers, then a swatch for each special colour
/// that occurs.
final class ColorBar {
  static final String ZERO = "exactly 0";
  static final String MISSING = "no value";

  private static final double BAR_WIDTH = 14;
  private static final double LABEL_OFFSET = BAR_WIDTH + 8;
  private static final double TITLE_HEIGHT = 20;
  private static final double SWATCH_HEIGHT = 20;
  private static final double TICK_SPACING = 26;

  // A cosine of 1 may come out a rounding error above it.
  private static final double CUT = 1e-5;

  private final CellPaint paint;
  private final Census census;
  private final double barHeight;
  private final List<Tick> ticks;

  ColorBar(CellPaint paint, Census census, double barHeight) {
    this.paint = paint;
    this.census = census;
    this.barHeight = barHeight;
    this.ticks = paint.axis().map(this::ticks).orElse(List.of());
  }

  double width() {
    double widest = paint.axis().isPresent() ? TextStyle.AXIS_TITLE.width(quantity()) : 0;
    for (Tick tick : ticks) {
      widest = Math.max(widest, LABEL_OFFSET + TextStyle.TICK.width(tick.label()));
    }
    for (String swatch : swatches()) {
      widest = Math.max(widest, LABEL_OFFSET + TextStyle.TICK.width(swatch));
    }
    return Math.ceil(widest);
  }

  double height() {
    double bar = paint.axis().isPresent() ? TITLE_HEIGHT + barHeight + 10 : 0;
    return bar + SWATCH_HEIGHT * swatches().size();
  }

  /// @param x left edge
  /// @param y top edge
  void draw(Drawing drawing, double x, double y) {
    double below = y;
    if (paint.axis().isPresent()) {
      drawing.text(quantity(), x, y + 10, TextStyle.AXIS_TITLE, Anchor.START);
      drawBar(drawing, x, y + TITLE_HEIGHT);
      below += TITLE_HEIGHT + barHeight + 10;
    }
    for (String swatch : swatches()) {
      drawSwatch(drawing, x, below, swatch);
      below += SWATCH_HEIGHT;
    }
  }

  private String quantity() {
    return paint.scale().quantity();
  }

  private void drawBar(Drawing drawing, double x, double y) {
    for (int row = 0; row < barHeight; row++) {
      double position = 1 - (row + 0.5) / barHeight;
      drawing.rectangle(x, y + row, BAR_WIDTH, 1, Viridis.color(position));
    }
    for (Tick tick : ticks) {
      double at = y + barHeight * (1 - tick.position());
      drawing.line(x + BAR_WIDTH, at, x + BAR_WIDTH + 4, at, Ink.FRAME);
      drawing.text(tick.label(), x + LABEL_OFFSET, at + 4, TextStyle.TICK, Anchor.START);
    }
  }

  private void drawSwatch(Drawing drawing, double x, double y, String label) {
    Rectangle2D box = new Rectangle2D.Double(x, y + 2, BAR_WIDTH, 12);
    paint.draw(drawing, box, label.equals(ZERO) ? 0 : Double.NaN);
    drawing.text(label, x + LABEL_OFFSET, y + 12, TextStyle.TICK, Anchor.START);
  }

  private List<String> swatches() {
    List<String> swatches = new ArrayList<>();
    if (census.zeros()) {
      swatches.add(ZERO);
    }
    if (census.missing()) {
      swatches.add(MISSING);
    }
    return swatches;
  }

  private List<Tick> ticks(Axis axis) {
    List<Tick> ticks = new ArrayList<>(axis.ticks(barHeight, TICK_SPACING));
    if (census.hasPlaced() && axis.position(census.smallest()) < -CUT) {
      cutEnd(ticks, new Tick(0, axis.lowLabel()), "≤ ");
    }
    if (census.hasPlaced() && axis.position(census.largest()) > 1 + CUT) {
      cutEnd(ticks, new Tick(1, axis.highLabel()), "≥ ");
    }
    return ticks;
  }

  /// Marks the tick at an end of the bar, or puts one there, as standing for what lies beyond.
  private void cutEnd(List<Tick> ticks, Tick end, String sign) {
    double least = TICK_SPACING / barHeight;
    String label =
        ticks.stream()
            .filter(tick -> distance(tick, end) < CUT)
            .map(Tick::label)
            .findFirst()
            .orElse(end.label());
    ticks.removeIf(tick -> distance(tick, end) < least);
    ticks.add(new Tick(end.position(), sign + label));
  }

  private static double distance(Tick a, Tick b) {
    return Math.abs(a.position() - b.position());
  }
}
