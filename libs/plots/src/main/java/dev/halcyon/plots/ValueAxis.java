package dev.halcyon.plots;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A vertical axis in pixels: values above, and a lane of its own for zeros where a logarithmic
/// axis has no place for them.
///
/// @param axis empty where there is nothing but zeros
/// @param height of the whole panel, the lane included
/// @param zeroLane whether the lane is there
record ValueAxis(Optional<Axis> axis, double height, boolean zeroLane) {
  private static final double LANE = 22;
  private static final double SPACING = 28;

  /// Height of the part that `axis` covers.
  double axisHeight() {
    return zeroLane ? height - LANE : height;
  }

  /// Pixels below the panel's top. Values beyond the axis are drawn at its end.
  double y(double value) {
    return axisHeight() * (1 - axis.orElseThrow().clamped(value));
  }

  double zeroY() {
    return height - LANE / 2;
  }

  /// Labels from top to bottom, by pixels below the panel's top.
  List<Label> labels() {
    List<Label> labels = new ArrayList<>();
    for (Tick tick : axis.map(one -> one.ticks(axisHeight(), SPACING)).orElse(List.of())) {
      labels.addFirst(new Label(axisHeight() * (1 - tick.position()), tick.label()));
    }
    if (zeroLane) {
      labels.removeIf(label -> zeroY() - label.y() < 14);
      labels.add(new Label(zeroY(), "0"));
    }
    return labels;
  }

  double labelWidth() {
    return labels().stream()
        .mapToDouble(label -> TextStyle.TICK.width(label.text()))
        .max()
        .orElse(0);
  }

  /// Draws the grid behind a panel.
  void drawGrid(Drawing drawing, double left, double top, double width) {
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
  void drawLabels(Drawing drawing, double right, double top) {
    for (Label label : labels()) {
      drawing.text(label.text(), right, top + label.y() + 4, TextStyle.TICK, Drawing.Anchor.END);
    }
  }

  record Label(double y, String text) {}
}
