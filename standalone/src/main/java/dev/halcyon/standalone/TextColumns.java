package dev.halcyon.standalone;

import java.util.ArrayList;
import java.util.List;

/// Rows of cells under each other: the first column to the left, the others to the right.
final class TextColumns {
  private TextColumns() {}

  /// A line for each row; all rows have as many cells.
  static List<String> of(List<List<String>> rows) {
    int[] widths = new int[rows.getFirst().size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return rows.stream().map(row -> line(row, widths)).toList();
  }

  private static String line(List<String> row, int[] widths) {
    List<String> cells = new ArrayList<>();
    for (int i = 0; i < widths.length; i++) {
      String padding = " ".repeat(widths[i] - row.get(i).length());
      cells.add(i == 0 ? row.get(i) + padding : padding + row.get(i));
    }
    return String.join("  ", cells).stripTrailing();
  }
}
