package dev.halcyon.hub;

import static java.util.Objects.requireNonNull;

/// A Parquet file that holds some rows of a split.
///
/// @param config the data set's configuration, or subset
/// @param path of the file in the revision [DatasetServer#PARQUET_REVISION]
public record DatasetPart(String config, String split, String path) {
  public DatasetPart {
    requireNonNull(config, "config is null");
    requireNonNull(split, "split is null");
    requireNonNull(path, "path is null");
  }
}
