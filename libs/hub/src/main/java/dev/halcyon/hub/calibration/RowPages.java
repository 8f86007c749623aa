package dev.halcyon.hub.calibration;

import dev.halcyon.hub.DatasetPage;
import java.io.IOException;

/// A split's rows, a page at a time.
interface RowPages extends AutoCloseable {
  /// Rows from that offset; fewer than asked for, or none, at the end.
  DatasetPage page(long offset, int length) throws IOException;

  @Override
  default void close() throws IOException {}
}
