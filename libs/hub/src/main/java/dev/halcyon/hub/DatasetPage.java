package dev.halcyon.hub;

import java.util.List;

/// Rows of a data set that follow each other.
///
/// @param totalRows of the whole split
public record DatasetPage(long totalRows, List<DatasetRow> rows) {
  public DatasetPage {
    rows = List.copyOf(rows);
  }
}
