package dev.halcyon.plots.axis;

import dev.halcyon.plots.figure.Drawing;
import dev.halcyon.plots.figure.Ink;
import dev.halcyon.plots.figure.TextStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A vertical axis in pixels: values above, and a lane of its own for zeros where a logarithmic
/// axis has no place for them.
///
/// @param axis empty where there is nothing but zeros
/// @param height of the whole panel, the lane included
/// @param zeroLane whether the lane is there
/// @param inset pixels between the axis' ends and the edges, so that markers do not sit on the
///   frame
public record ValueAxis(Optional<Axis> axis, double height, boolean zeroLane, double inset) {
  private static final double LANE = 22;
  private static final double LINEAR_SPACING = 40;
  private static final double DECADE_SPACING = 28;

  /// Height of the part that `axis` covers.
  public double axisHeight() {
    return zeroLane ? height - LANE : height;
  }

  /// Pixels below the panel's top. Values beyond the axis are drawn at its end.
  public double y(double value) {
    return yOf(axis.orElseThrow().clamped(value));
  }

  /// As [#y], but a value below the axis reaches its edge: the end of a whisker that goes on.
  public double whiskerEnd(double value) {
    return axis.orElseThrow().position(value) < 0 ? axisHeight() : y(value);
  }

  private double yOf(double position) {
    return inset + (axisHeight() - 2 * inset) * (1 - position);
  }

  public double zeroY() {
    return height - LANE / 2;
  }

  /// Labels from top to bottom, by pixels below the panel's top.
  List<Label> labels() {
    List<Label> labels = new ArrayList<>();
    for (Tick tick : axis.map(this::ticks).orElse(List.of())) {
      labels.addFirst(new Label(yOf(tick.position()), tick.label()));
    }
    if (zeroLane) {
      labels.removeIf(label -> zeroY() - label.y() < 14);
      labels.add(new Label(zeroY(), "0"));
    }
    return labels;
  }

  private List<Tick> ticks(Axis of) {
    return of.ticks(
        axisHeight() - 2 * inset, of instanceof LinearAxis ? LINEAR_SPACING : DECADE_SPACING);
  }

  public double labelWidth() {
    return labels().stream()
        .mapToDouble(label -> TextStyle.TICK.width(label.text()))
        .max()
        .orElse(0);
  }

  /// Draws the grid behind a panel.
  public void drawGrid(Drawing drawing, double left, double top, double width) {
    for (Label label : labels()) {
      boolean zero = zeroLane && label.y() == zeroY();
      if (!zero) {
        drawing.line(left, top + label.y(), left + width, top + label.y(), Ink.GRID);
      }
    }
    if (zeroLane) {
      double border = top + axisHeight();
      drawing.line(left, border, left + width, border, Ink.FRAME, 0.6f);
    }
  }

  /// Draws the labels, their right end at `right`.
  public void drawLabels(Drawing drawing, double right, double top) {
    for (Label label : labels()) {
      drawing.text(label.text(), right, top + label.y() + 4, TextStyle.TICK, Drawing.Anchor.END);
    }
  }

  record Label(double y, String text) {}
}
