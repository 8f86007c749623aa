package dev.halcyon.calibration;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Path;

/// A file with a JSON object, or string, a line. A blank line counts as a blank sample.
///
/// @param file to read
/// @param name of it in ids
record JsonLinesSource(Path file, String name) implements TextSource {
  /// A line also holds escapes and other fields.
  private static final int LINE_FACTOR = 8;

  @Override
  public void readInto(SampleCollector collector) throws IOException {
    JsonText json = new JsonText(collector);
    JsonFactory factory = json.factory();
    try (LineReader lines = new LineReader(file, name, maxLine(collector.options()))) {
      while (!collector.full() && lines.advance()) {
        if (lines.line().isBlank()) {
          collector.add(lines.where(), null);
        } else {
          read(json, factory, lines.line(), lines.where());
        }
      }
    }
  }

  private static void read(JsonText json, JsonFactory factory, String line, String where)
      throws IOException {
    try (JsonParser parser = factory.createParser(line)) {
      parser.nextToken();
      json.read(parser, where, where);
      if (parser.nextToken() != null) {
        throw new CalibrationException(where, "more than one JSON value on a line");
      }
    } catch (JsonProcessingException e) {
      throw JsonText.invalid(where, e);
    }
  }

  private static int maxLine(CalibrationOptions options) {
    return (int) Math.min(Integer.MAX_VALUE / 4, (long) LINE_FACTOR * options.maxSampleBytes());
  }
}
