package dev.halcyon.hub.calibration;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalLong;

/// Which calibration text to take from a data set.
///
/// @param dataset a name of [CalibrationDatasets#names()], or `org/name`
/// @param config the data set's configuration; by default the preset's, or the only or `default`
///   one
/// @param split by default the preset's, or `train`
/// @param textField the column of the text; by default the preset's, or `text`, `content`, `code` …
/// @param language of programming, where the data set has several
/// @param samples wanted
/// @param minChars shortest text taken, in Unicode characters
/// @param maxChars longest text taken
/// @param shuffleSeed takes rows from all over the split, in an order that follows from the seed;
///   empty for the first rows in order
public record CalibrationRequest(
    String dataset,
    Optional<String> config,
    Optional<String> split,
    Optional<String> textField,
    Optional<String> language,
    int samples,
    int minChars,
    int maxChars,
    OptionalLong shuffleSeed) {
  /// Samples where none are asked for.
  public static final int SAMPLES = 500;

  /// Shortest text where nothing else is asked for.
  public static final int MIN_CHARS = 100;

  /// Longest text where nothing else is asked for.
  public static final int MAX_CHARS = 2000;

  public CalibrationRequest {
    requireNonNull(dataset, "dataset is null");
    requireNonNull(config, "config is null");
    requireNonNull(split, "split is null");
    requireNonNull(textField, "textField is null");
    requireNonNull(language, "language is null");
    requireNonNull(shuffleSeed, "shuffleSeed is null");
    if (samples < 1 || minChars < 0 || maxChars < Math.max(1, minChars)) {
      throw new IllegalArgumentException(
          "calibration needs at least one sample and 0 <= min-chars <= max-chars, not samples="
              + samples
              + " min-chars="
              + minChars
              + " max-chars="
              + maxChars);
    }
  }
}
