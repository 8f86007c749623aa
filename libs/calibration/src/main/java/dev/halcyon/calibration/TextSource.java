package dev.halcyon.calibration;

import java.io.IOException;

/// Somewhere that texts come from.
interface TextSource {
  /// Hands texts to the collector, in order, until it is full or there are no more.
  ///
  /// @throws CalibrationException where the source cannot be used
  /// @throws IOException where it cannot be read
  void readInto(SampleCollector collector) throws IOException;
}
