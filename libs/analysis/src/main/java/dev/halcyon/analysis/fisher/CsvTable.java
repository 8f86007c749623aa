package dev.halcyon.analysis.fisher;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A table as RFC 4180 text in UTF-8. Numbers are written so that they read back bit for bit; one
/// that is not defined is an empty cell.
final class CsvTable {
  private static final String LINE_END = "\r\n";

  private final StringBuilder text = new StringBuilder();
  private final int columns;

  CsvTable(String... header) {
    columns = header.length;
    add(Stream.of(header));
  }

  /// Adds a row: text, integers and `double`s.
  CsvTable row(Object... cells) {
    if (cells.length != columns) {
      throw new IllegalArgumentException(
          cells.length + " cells in a table of " + columns + " columns");
    }
    add(Stream.of(cells).map(CsvTable::text));
    return this;
  }

  byte[] bytes() {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void add(Stream<String> cells) {
    text.append(cells.map(CsvTable::quoted).collect(Collectors.joining(","))).append(LINE_END);
  }

  private static String text(Object cell) {
    return cell instanceof Double number && !Double.isFinite(number) ? "" : String.valueOf(cell);
  }

  private static String quoted(String cell) {
    boolean quotes = List.of(",", "\"", "\r", "\n").stream().anyMatch(cell::contains);
    return quotes ? '"' + cell.replace("\"", "\"\"") + '"' : cell;
  }
}
