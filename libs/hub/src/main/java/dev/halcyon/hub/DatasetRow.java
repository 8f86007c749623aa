package dev.halcyon.hub;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/// A row of a data set.
///
/// @param cells an object, a field for each column
/// @param truncated columns of which the server gave only the beginning
public record DatasetRow(JsonNode cells, Set<String> truncated) {
  public DatasetRow {
    requireNonNull(cells, "cells is null");
    truncated = Set.copyOf(truncated);
  }
}
