package dev.halcyon.plots;

import dev.halcyon.plots.ChangeChart.Dot;
import dev.halcyon.plots.axis.Axis;
import dev.halcyon.plots.axis.LogarithmicAxis;
import dev.halcyon.plots.axis.Tick;
import dev.halcyon.plots.axis.ValueAxis;
import dev.halcyon.plots.figure.Drawing;
import dev.halcyon.plots.figure.Drawing.Anchor;
import dev.halcyon.plots.figure.Figure;
import dev.halcyon.plots.figure.Ink;
import dev.halcyon.plots.figure.LabelPlacer;
import dev.halcyon.plots.figure.TextStyle;
import java.awt.Color;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/// Draws a [ChangeChart].
final class ChangePainter {
  private static final double WIDTH = 640;
  private static final double HEIGHT = 420;
  private static final double LARGEST_RADIUS = 16;
  private static final double SMALLEST_RADIUS = 2;
  private static final double INSET = 18;
  private static final int LABELLED = 4;
  private static final int OPACITY = 150;

  private final ChangeChart chart;
  private final List<Dot> placed;
  private final Drawing drawing = new Drawing();

  ChangePainter(ChangeChart chart) {
    this.chart = chart;
    this.placed =
        chart.dots().stream()
            .filter(Dot::hasPlace)
            .sorted(Comparator.comparingDouble(Dot::size).reversed())
            .toList();
  }

  Figure paint() {
    ValueAxis up = new ValueAxis(axis(Dot::importance), HEIGHT, false, INSET);
    Optional<Axis> across = axis(Dot::change);
    double left = Header.MARGIN + Math.ceil(up.labelWidth()) + 32;
    double right = left + WIDTH;
    double top = drawHeader(right) + 8;
    drawing.verticalText(
        "share of the base's Fisher information",
        Header.MARGIN + 10,
        top + HEIGHT / 2,
        TextStyle.AXIS_TITLE,
        HEIGHT);
    up.drawGrid(drawing, left, top, WIDTH);
    up.drawLabels(drawing, left - 7, top);
    across.ifPresent(axis -> drawAcross(axis, left, top));
    Rectangle2D frame = new Rectangle2D.Double(left, top, WIDTH, HEIGHT);
    if (!placed.isEmpty()) {
      drawDots(up, across.orElseThrow(), left, top, frame);
    }
    drawing.frame(frame);
    drawing.text(
        "relative change",
        left + WIDTH / 2,
        top + HEIGHT + 36,
        TextStyle.AXIS_TITLE,
        Anchor.MIDDLE);
    return drawing.finish(chart.title(), right + Header.MARGIN, top + HEIGHT + 36 + 14);
  }

  private double drawHeader(double right) {
    double room = right - Header.MARGIN;
    Header header = Header.of(chart.title(), subtitle(), room);
    header.draw(drawing, room, room);
    if (chart.fineTunes().size() < 2) {
      return header.bottom();
    }
    Legend legend = new Legend(chart.fineTunes(), room);
    legend.draw(drawing, Header.MARGIN, header.bottom() + 2, room);
    return header.bottom() + legend.height(room) + 4;
  }

  private String subtitle() {
    int without = chart.dots().size() - placed.size();
    boolean sized = placed.stream().anyMatch(dot -> dot.size() > 0);
    return Header.joined(
        "a dot for each tensor",
        sized ? "area: its attribution of the divergence; the largest are named" : "",
        without == 0 ? "" : without + " without change or importance are not shown");
  }

  private Optional<Axis> axis(ToDoubleFunction<Dot> value) {
    if (placed.isEmpty()) {
      return Optional.empty();
    }
    double smallest = placed.stream().mapToDouble(value).min().orElseThrow();
    double largest = placed.stream().mapToDouble(value).max().orElseThrow();
    return Optional.of(LogarithmicAxis.fit(smallest, largest));
  }

  private void drawAcross(Axis axis, double left, double top) {
    for (Tick tick : axis.ticks(WIDTH - 2 * INSET, 60)) {
      double x = x(tick.position(), left);
      drawing.line(x, top, x, top + HEIGHT, Ink.GRID);
      drawing.text(tick.label(), x, top + HEIGHT + 16, TextStyle.TICK, Anchor.MIDDLE);
    }
  }

  /// The largest first, so that none hides another.
  private void drawDots(ValueAxis up, Axis across, double left, double top, Rectangle2D frame) {
    LabelPlacer placer = new LabelPlacer(frame);
    double largest = placed.getFirst().size();
    for (Dot dot : placed) {
      double x = x(across.clamped(dot.change()), left);
      double y = top + up.y(dot.importance());
      double radius = radius(dot, largest);
      Color color = SeriesStyle.of(dot.fineTune()).color();
      Ellipse2D shape = new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
      drawing.fill(shape, new Color(color.getRed(), color.getGreen(), color.getBlue(), OPACITY));
      drawing.stroke(shape, color, 0.8f);
      placer.avoid(shape.getBounds2D());
    }
    List<LabelPlacer.Request> names =
        placed.stream()
            .filter(dot -> dot.size() > 0)
            .limit(LABELLED)
            .map(dot ->
                new LabelPlacer.Request(
                    dot.name(),
                    x(across.clamped(dot.change()), left),
                    top + up.y(dot.importance())))
            .toList();
    if (!names.isEmpty()) {
      placer.place(drawing, names);
    }
  }

  private static double radius(Dot dot, double largest) {
    double share = largest > 0 ? dot.size() / largest : 0;
    return Math.max(SMALLEST_RADIUS, LARGEST_RADIUS * Math.sqrt(share));
  }

  private static double x(double position, double left) {
    return left + INSET + position * (WIDTH - 2 * INSET);
  }
}
