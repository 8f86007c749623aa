package dev.halcyon.calibration;

import java.io.IOException;
import java.nio.file.Path;

/// A text file with a sample a line.
///
/// @param file to read
/// @param name of it in ids
record LinesSource(Path file, String name) implements TextSource {
  @Override
  public void readInto(SampleCollector collector) throws IOException {
    try (LineReader lines = new LineReader(file, name, collector.options().maxSampleBytes())) {
      while (!collector.full() && lines.advance()) {
        collector.add(lines.where(), lines.line());
      }
    }
  }
}
