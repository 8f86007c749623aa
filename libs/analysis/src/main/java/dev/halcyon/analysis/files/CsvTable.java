package dev.halcyon.analysis.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/// A table as RFC 4180 text in UTF-8 with line feeds. Numbers are written so that they read back
/// bit for bit; one that is not defined is an empty cell.
public final class CsvTable {
  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180.builder().setRecordSeparator('\n').get();

  private final StringBuilder text = new StringBuilder();
  private final CSVPrinter printer;
  private final int columns;

  public CsvTable(String... header) {
    try {
      printer = new CSVPrinter(text, FORMAT);
    } catch (IOException e) {
      throw impossible(e);
    }
    columns = header.length;
    print(header);
  }

  /// Adds a row: text, integers and `double`s.
  public CsvTable row(Object... cells) {
    print(Stream.of(cells).map(CsvTable::defined).toArray());
    return this;
  }

  public byte[] bytes() {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void print(Object[] cells) {
    if (cells.length != columns) {
      throw new IllegalArgumentException(
          cells.length + " cells in a table of " + columns + " columns");
    }
    try {
      printer.printRecord(cells);
    } catch (IOException e) {
      throw impossible(e);
    }
  }

  private static Object defined(Object cell) {
    return cell instanceof Double number && !Double.isFinite(number) ? "" : cell;
  }

  private static UncheckedIOException impossible(IOException e) {
    return new UncheckedIOException("a string builder takes all", e);
  }
}
