package dev.halcyon.plots;

import dev.halcyon.plots.FisherChart.Share;
import dev.halcyon.plots.axis.LinearAxis;
import dev.halcyon.plots.axis.LogarithmicAxis;
import dev.halcyon.plots.axis.ValueAxis;
import dev.halcyon.plots.figure.Drawing;
import dev.halcyon.plots.figure.Drawing.Anchor;
import dev.halcyon.plots.figure.Figure;
import dev.halcyon.plots.figure.TextStyle;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Draws a [FisherChart]: the same shares twice, as bars from zero and as dots on a log axis.
final class FisherPainter {
  private static final int LABELLED = 3;
  private static final double PANEL_HEIGHT = 296;
  private static final double STACKED_HEIGHT = 240;
  private static final double PANEL_TITLE = 20;
  private static final double AXIS_TITLE_WIDTH = 20;
  private static final double BELOW_PANEL = 44;
  private static final double PANEL_GAP = 24;
  private static final double INSET = 10;

  private final FisherChart chart;
  private final FisherLayout layout;
  private final Set<Integer> largest;
  private final ValueAxis linear;
  private final ValueAxis logarithmic;
  private final Drawing drawing = new Drawing();

  FisherPainter(FisherChart chart) {
    this.chart = chart;
    this.layout = new FisherLayout(chart.shares());
    this.largest = largest(chart.shares());
    double height = layout.sideBySide() ? PANEL_HEIGHT : STACKED_HEIGHT;
    this.linear = new ValueAxis(Optional.of(linearAxis(chart.shares())), height, false, 0);
    this.logarithmic = logarithmicAxis(chart.shares(), height);
  }

  Figure paint() {
    double axisRoom =
        AXIS_TITLE_WIDTH + 8 + Math.ceil(Math.max(linear.labelWidth(), logarithmic.labelWidth()));
    double left = Header.MARGIN + axisRoom;
    double step = layout.width() + axisRoom + PANEL_GAP;
    double right = layout.sideBySide() ? left + step + layout.width() : left + layout.width();
    double room = right - Header.MARGIN;
    Header header = Header.of(chart.title(), subtitle(), room);
    header.draw(drawing, room, room);

    double top = header.bottom() + PANEL_TITLE;
    double height = linear.height();
    drawPanel("linear scale", linear, left, top, false);
    if (layout.sideBySide()) {
      drawPanel("log scale", logarithmic, left + step, top, true);
    } else {
      double below = top + height + BELOW_PANEL + PANEL_TITLE + 6;
      drawPanel("log scale", logarithmic, left, below, true);
      top = below;
    }
    return drawing.finish(
        chart.title(), right + Header.MARGIN, top + height + BELOW_PANEL + Header.MARGIN - 8);
  }

  private void drawPanel(String title, ValueAxis axis, double left, double top, boolean dots) {
    double width = layout.width();
    drawing.text(title, left, top - 7, TextStyle.PANEL_TITLE, Anchor.START);
    drawing.verticalText(
        "Fisher share (%)",
        left - 8 - axis.labelWidth() - 10,
        top + axis.height() / 2,
        TextStyle.AXIS_TITLE,
        axis.height());
    axis.drawGrid(drawing, left, top, width);
    axis.drawLabels(drawing, left - 7, top);
    new FisherPanel(drawing, chart.shares(), layout, axis, largest).draw(left, top, dots);
  }

  private String subtitle() {
    if (!chart.subtitle().isBlank()) {
      return Header.joined(chart.subtitle(), zeroNote());
    }
    boolean errors = chart.shares().stream().anyMatch(share -> share.standardError() >= 0);
    String labelled = largest.size() == LABELLED ? "three largest labelled" : "largest labelled";
    return Header.joined(
        "bars and dots: share of the total",
        errors ? "whiskers: ± 1 standard error" : "",
        largest.isEmpty() ? "" : labelled,
        zeroNote());
  }

  private String zeroNote() {
    return logarithmic.zeroLane() ? "lane at the bottom: exactly 0" : "";
  }

  private static LinearAxis linearAxis(List<Share> shares) {
    double highest =
        shares.stream()
            .filter(share -> share.share() >= 0)
            .mapToDouble(FisherPanel::high)
            .max()
            .orElse(0);
    LinearAxis round = LinearAxis.fromZero(100 * highest);
    return round.high() > 100 ? new LinearAxis(0, Math.max(100, 102 * highest)) : round;
  }

  // A whisker that goes far below its dot, or below zero where no logarithm follows, runs into the
  // frame rather than stretch the axis.
  private static ValueAxis logarithmicAxis(List<Share> shares, double height) {
    boolean zeros = shares.stream().anyMatch(share -> share.share() == 0);
    double smallest =
        shares.stream()
            .filter(share -> share.share() > 0)
            .mapToDouble(FisherPanel::low)
            .min()
            .orElse(0);
    if (smallest == 0) {
      return new ValueAxis(Optional.empty(), height, zeros, INSET);
    }
    double highest =
        shares.stream()
            .filter(share -> share.share() > 0)
            .mapToDouble(FisherPanel::high)
            .max()
            .orElse(smallest);
    LogarithmicAxis axis = LogarithmicAxis.fit(100 * smallest, 100 * highest);
    return new ValueAxis(
        Optional.of(axis.low() >= -3.5 ? axis.plainLabels() : axis), height, zeros, INSET);
  }

  private static Set<Integer> largest(List<Share> shares) {
    return IntStream.range(0, shares.size())
        .filter(index -> shares.get(index).share() > 0)
        .boxed()
        .sorted(Comparator.comparingDouble(index -> -shares.get(index).share()))
        .limit(LABELLED)
        .collect(Collectors.toSet());
  }
}
