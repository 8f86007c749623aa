package dev.halcyon.plots;

import dev.halcyon.plots.FisherChart.Share;
import dev.halcyon.plots.axis.LayerTicks;
import dev.halcyon.plots.axis.NumberText;
import dev.halcyon.plots.axis.ValueAxis;
import dev.halcyon.plots.figure.Drawing;
import dev.halcyon.plots.figure.Drawing.Anchor;
import dev.halcyon.plots.figure.Ink;
import dev.halcyon.plots.figure.LabelPlacer;
import dev.halcyon.plots.figure.Marker;
import dev.halcyon.plots.figure.TextStyle;
import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/// One of the two panels of a Fisher chart.
final class FisherPanel {
  private static final double DOT_RADIUS = 3.3;

  private final Drawing drawing;
  private final List<Share> shares;
  private final FisherLayout layout;
  private final ValueAxis axis;
  private final Set<Integer> largest;

  FisherPanel(
      Drawing drawing,
      List<Share> shares,
      FisherLayout layout,
      ValueAxis axis,
      Set<Integer> largest) {
    this.drawing = drawing;
    this.shares = shares;
    this.layout = layout;
    this.axis = axis;
    this.largest = largest;
  }

  /// Upper end of the whisker, or the share itself.
  static double high(Share share) {
    return share.share() + error(share);
  }

  /// Lower end of the whisker, or half the share where it goes below that.
  static double low(Share share) {
    return Math.max(share.share() - error(share), share.share() / 2);
  }

  void draw(double left, double top, boolean dots) {
    Rectangle2D frame = new Rectangle2D.Double(left, top, layout.width(), axis.height());
    LabelPlacer placer = new LabelPlacer(frame);
    for (int i = 0; i < shares.size(); i++) {
      if (shares.get(i).share() >= 0) {
        double x = left + layout.middle(i);
        placer.avoid(dots ? drawDot(i, x, top) : drawBar(i, x, top));
        placer.avoid(drawWhisker(i, x, top, dots));
      }
    }
    drawing.frame(frame);
    drawPositions(left, top + axis.height());
    label(placer, left, top);
  }

  private void label(LabelPlacer placer, double left, double top) {
    List<LabelPlacer.Request> requests =
        largest.stream()
            .sorted(Comparator.comparingDouble(index -> -shares.get(index).share()))
            .map(index -> label(index, left, top))
            .toList();
    placer.place(drawing, requests);
  }

  private LabelPlacer.Request label(int index, double left, double top) {
    Share share = shares.get(index);
    String text = share.name() + ": " + NumberText.percent(share.share());
    return new LabelPlacer.Request(
        text, left + layout.middle(index), top + axis.y(100 * share.share()));
  }

  private Rectangle2D drawBar(int index, double x, double top) {
    double width = layout.barWidth();
    double y = top + axis.y(100 * shares.get(index).share());
    double bottom = top + axis.height();
    Rectangle2D bar = new Rectangle2D.Double(x - width / 2, y, width, bottom - y);
    drawing.fill(bar, color(index));
    return bar;
  }

  private Rectangle2D drawDot(int index, double x, double top) {
    double share = shares.get(index).share();
    double y = top + (share == 0 ? axis.zeroY() : axis.y(100 * share));
    double radius = Math.clamp(layout.pitch() * 0.45, 2.2, DOT_RADIUS);
    drawing.fill(Marker.CIRCLE.at(x, y, radius), color(index));
    return new Rectangle2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
  }

  private Rectangle2D drawWhisker(int index, double x, double top, boolean dots) {
    Share share = shares.get(index);
    double error = error(share);
    if (error == 0 || (dots && share.share() == 0)) {
      return new Rectangle2D.Double(x, top + axis.height(), 0, 0);
    }
    double high = top + axis.y(100 * (share.share() + error));
    double low = top + axis.whiskerEnd(100 * Math.max(0, share.share() - error));
    Color color = dots ? color(index) : Ink.TEXT;
    drawing.line(x, high, x, low, color, dots ? 1.2f : 1f);
    double cap = Math.min(3, layout.barWidth() / 3);
    if (!dots) {
      drawing.line(x - cap, high, x + cap, high, color);
      drawing.line(x - cap, low, x + cap, low, color);
    }
    return new Rectangle2D.Double(x - cap, high, 2 * cap, low - high);
  }

  private void drawPositions(double left, double bottom) {
    List<Integer> layerIndices =
        IntStream.range(0, shares.size())
            .filter(index -> FisherLayout.isLayer(shares.get(index)))
            .boxed()
            .toList();
    List<Integer> numbers =
        layerIndices.stream().map(index -> shares.get(index).layer().getAsInt()).toList();
    for (int index : LayerTicks.indices(numbers, layout.pitch())) {
      double x = left + layout.middle(layerIndices.get(index));
      drawing.text(
          Integer.toString(numbers.get(index)), x, bottom + 16, TextStyle.TICK, Anchor.MIDDLE);
    }
    drawNames(left, bottom);
    if (!layerIndices.isEmpty()) {
      double first = layout.middle(layerIndices.getFirst());
      double last = layout.middle(layerIndices.getLast());
      drawing.text(
          "Layer", left + (first + last) / 2, bottom + 37, TextStyle.AXIS_TITLE, Anchor.MIDDLE);
    }
  }

  private void drawNames(double left, double bottom) {
    for (int i = 0; i < shares.size(); i++) {
      if (!FisherLayout.isLayer(shares.get(i))) {
        drawing.text(
            shares.get(i).name(),
            left + layout.middle(i),
            bottom + 16,
            TextStyle.TICK,
            Anchor.MIDDLE,
            layout.nameRoom(i) + 0.5);
      }
    }
  }

  private Color color(int index) {
    return largest.contains(index) ? SeriesStyle.VERMILION : SeriesStyle.BLUE;
  }

  private static double error(Share share) {
    return Double.isNaN(share.standardError()) ? 0 : share.standardError();
  }
}
