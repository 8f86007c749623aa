package dev.halcyon.plots;

import dev.halcyon.plots.figure.TextStyle;
import dev.halcyon.plots.table.LayerTable;
import java.util.ArrayList;
import java.util.List;

/// Where the parts of a heat map go, in whole logical pixels so that cells have sharp edges.
///
/// Panels stand side by side up to [#MOST_LAYERS_SIDE_BY_SIDE] layers and wrap where the row is
/// full; deeper models get wide panels one below the other, in two columns where there are many.
final class HeatmapLayout {
  static final int MOST_LAYERS_SIDE_BY_SIDE = 40;

  static final int TITLE_HEIGHT = 22;
  static final int AXIS_HEIGHT = 20;
  static final int STRIP_GAP = 8;
  static final int STRIP_ROW = 18;
  static final int STRIP_CELL = 28;

  private static final int MOST_WIDTH = 1020;
  private static final int WIDEST_LABEL = 210;
  private static final int LABEL_GAP = 8;
  private static final int COLUMN_GAP = 20;
  private static final int ROW_GAP = 20;
  private static final int GROUP_GAP = 2;
  private static final int NARROWEST_STRIP = 104;
  private static final int NARROWEST_PANEL = 72;
  private static final int MANY_PANELS = 6;

  private final LayerTable table;
  private final int cellWidth;
  private final int rowHeight;
  private final int columns;
  private final int labelWidth;
  private final List<Integer> rowTops = new ArrayList<>();
  private final int gridHeight;
  private final int stripPitch;

  HeatmapLayout(LayerTable table) {
    this.table = table;
    this.cellWidth = cellWidth(table.layers().size(), table.series().size());
    this.rowHeight = rowHeight(table.components().size(), table.series().size());
    this.labelWidth = labelWidth(table);
    this.columns = columns();
    this.gridHeight = placeRows();
    this.stripPitch = stripPitch(table);
  }

  static boolean sideBySide(int layers) {
    return layers <= MOST_LAYERS_SIDE_BY_SIDE;
  }

  int cellWidth() {
    return cellWidth;
  }

  int rowHeight() {
    return rowHeight;
  }

  int gridWidth() {
    return cellWidth * table.layers().size();
  }

  int gridHeight() {
    return gridHeight;
  }

  /// Top of a component's row below the grid's top.
  int rowTop(int row) {
    return rowTops.get(row);
  }

  int panelWidth() {
    int least = table.outsideLayers().isEmpty() ? NARROWEST_PANEL : NARROWEST_STRIP;
    return Math.max(gridWidth(), least);
  }

  int panelHeight() {
    if (table.outsideLayers().isEmpty()) {
      return stripTop() - STRIP_GAP;
    }
    return stripTop() + STRIP_ROW * (isStripInLine() ? 1 : table.outsideLayers().size());
  }

  /// Top of the strip below the panel's top.
  int stripTop() {
    return TITLE_HEIGHT + (table.layers().isEmpty() ? 0 : gridHeight + AXIS_HEIGHT + STRIP_GAP);
  }

  /// Whether the strip's tensors stand side by side rather than one below the other.
  boolean isStripInLine() {
    return columns == 1
        && (table.outsideLayers().size() - 1) * stripPitch + NARROWEST_STRIP <= gridWidth();
  }

  /// From one cell of the strip to the next one beside it.
  int stripPitch() {
    return stripPitch;
  }

  /// Left edge of a panel.
  int left(int panel) {
    int column = panel % columns;
    return (int) Header.MARGIN + labelWidth + column * (panelWidth() + COLUMN_GAP);
  }

  /// Top edge of a panel below the first panel's top.
  int top(int panel) {
    return panel / columns * (panelHeight() + ROW_GAP);
  }

  boolean isFirstInRow(int panel) {
    return panel % columns == 0;
  }

  /// Right edge of the last column.
  int right() {
    return left(columns - 1) + panelWidth();
  }

  /// Bottom edge of the last row below the first panel's top.
  int bottom() {
    return top(table.series().size() - 1) + panelHeight();
  }

  /// Pixels for a row's label.
  int labelRoom() {
    return labelWidth - LABEL_GAP;
  }

  /// Right end of the labels of a panel's rows.
  int labelRight(int panel) {
    return left(panel) - LABEL_GAP;
  }

  private int placeRows() {
    int top = 0;
    for (List<String> group : table.componentGroups()) {
      for (int i = 0; i < group.size(); i++) {
        rowTops.add(top);
        top += rowHeight;
      }
      top += GROUP_GAP;
    }
    return Math.max(0, top - GROUP_GAP);
  }

  private static int stripPitch(LayerTable table) {
    double widest =
        table.outsideLayers().stream().mapToDouble(TextStyle.LABEL::width).max().orElse(0);
    return NARROWEST_STRIP + LABEL_GAP + (int) Math.ceil(Math.min(widest, WIDEST_LABEL));
  }

  private int columns() {
    int panels = table.series().size();
    int most;
    if (sideBySide(table.layers().size())) {
      most = Math.max(1, (MOST_WIDTH + COLUMN_GAP) / (panelWidth() + COLUMN_GAP));
    } else {
      most = panels > MANY_PANELS ? 2 : 1;
    }
    int rows = Math.ceilDiv(panels, most);
    return Math.ceilDiv(panels, rows);
  }

  private static int cellWidth(int layers, int panels) {
    if (layers == 0) {
      return 0;
    }
    if (sideBySide(layers)) {
      int target = panels == 1 ? 560 : panels == 2 ? 440 : 320;
      return Math.clamp(target / layers, 8, 48);
    }
    return panels > MANY_PANELS ? Math.max(4, 620 / layers) : Math.max(4, 900 / layers);
  }

  private static int rowHeight(int components, int panels) {
    if (components > 12 || panels > MANY_PANELS) {
      return 16;
    }
    return panels > 3 ? 18 : 21;
  }

  private static int labelWidth(LayerTable table) {
    double widest = TextStyle.NOTE.width(HeatmapPainter.LAYER);
    for (String component : table.components()) {
      widest = Math.max(widest, TextStyle.LABEL.width(component));
    }
    for (String tensor : table.outsideLayers()) {
      widest = Math.max(widest, TextStyle.LABEL.width(tensor));
    }
    return (int) Math.ceil(Math.min(widest, WIDEST_LABEL)) + LABEL_GAP;
  }
}
