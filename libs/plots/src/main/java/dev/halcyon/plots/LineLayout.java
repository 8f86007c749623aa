package dev.halcyon.plots;

/// Where the panels of a line chart go.
///
/// @param panels one for each component
/// @param columns panels in a row
/// @param panelWidth of the frame
/// @param panelHeight of the frame
/// @param left left edge of the first frame
record LineLayout(int panels, int columns, int panelWidth, int panelHeight, int left) {
  static final int TITLE_HEIGHT = 20;
  private static final int COLUMN_GAP = 18;
  private static final int ROW_GAP = 42;

  static LineLayout of(int panels, int layers, int left) {
    if (panels <= 1) {
      return new LineLayout(panels, 1, HeatmapLayout.sideBySide(layers) ? 640 : 900, 300, left);
    }
    if (!HeatmapLayout.sideBySide(layers)) {
      return new LineLayout(panels, 2, 480, 190, left);
    }
    return panels == 2 || panels == 4
        ? new LineLayout(panels, 2, 420, 220, left)
        : new LineLayout(panels, 3, 310, 180, left);
  }

  double left(int panel) {
    int column = panel % columns;
    return left + column * (panelWidth + (double) COLUMN_GAP);
  }

  /// Top of a panel's frame below the first frame's top.
  double top(int panel) {
    int row = panel / columns;
    return row * (panelHeight + (double) ROW_GAP);
  }

  boolean isFirstInRow(int panel) {
    return panel % columns == 0;
  }

  /// Whether no panel stands below.
  boolean isLowest(int panel) {
    return panel + columns >= panels;
  }

  double right() {
    return left(columns - 1) + panelWidth;
  }

  double bottom() {
    return panels == 0 ? 0 : top(panels - 1) + panelHeight;
  }
}
