package dev.halcyon.plots;

import dev.halcyon.plots.figure.Drawing;
import dev.halcyon.plots.figure.Drawing.Anchor;
import dev.halcyon.plots.figure.TextStyle;
import java.awt.Color;
import java.util.List;

/// Names the lines: beside the title where they fit into one row, else in columns below the header.
final class Legend {
  private static final double ROW_HEIGHT = 19;
  private static final double SAMPLE = 24;
  private static final double SAMPLE_GAP = 6;
  private static final double ENTRY_GAP = 20;
  private static final double WIDEST_LABEL = 200;

  private final List<String> labels;
  private final Palette palette;
  private final double entryWidth;

  /// @param room pixels of the figure between its margins
  Legend(List<String> labels, double room) {
    this(labels, Palette.STANDARD, room);
  }

  /// @param palette of the lines
  /// @param room pixels of the figure between its margins
  Legend(List<String> labels, Palette palette, double room) {
    this.labels = labels;
    this.palette = palette;
    double widest = labels.stream().mapToDouble(TextStyle.LABEL::width).max().orElse(0);
    this.entryWidth =
        SAMPLE + SAMPLE_GAP + Math.min(widest, widestLabel(labels.size(), room)) + ENTRY_GAP;
  }

  /// The most that a label may take.
  static double widestLabel(int entries, double room) {
    double third = room / Math.min(entries, 3) - SAMPLE - SAMPLE_GAP - ENTRY_GAP;
    return Math.max(WIDEST_LABEL, third);
  }

  /// Width of all entries in one row.
  double rowWidth() {
    return entryWidth * labels.size() - ENTRY_GAP;
  }

  double height(double room) {
    return ROW_HEIGHT * Math.ceilDiv(labels.size(), columns(room));
  }

  /// @param y middle of the first row
  void draw(Drawing drawing, double x, double y, double room) {
    int columns = columns(room);
    for (int i = 0; i < labels.size(); i++) {
      int row = i / columns;
      int column = i % columns;
      drawEntry(drawing, x + column * entryWidth, y + row * ROW_HEIGHT, i);
    }
  }

  private int columns(double room) {
    return Math.max(1, (int) ((room + ENTRY_GAP) / entryWidth));
  }

  private void drawEntry(Drawing drawing, double x, double y, int index) {
    Color color = palette.color(index);
    drawing.line(x, y, x + SAMPLE, y, color, LinePainter.LINE_WIDTH);
    drawing.fill(SeriesStyle.of(index).marker().at(x + SAMPLE / 2, y, 3.2), color);
    double room = entryWidth - SAMPLE - SAMPLE_GAP - ENTRY_GAP;
    drawing.text(
        labels.get(index), x + SAMPLE + SAMPLE_GAP, y + 4, TextStyle.LABEL, Anchor.START, room + 1);
  }
}
