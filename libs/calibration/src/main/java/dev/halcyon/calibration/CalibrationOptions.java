package dev.halcyon.calibration;

import static java.util.Objects.requireNonNull;

import java.util.OptionalInt;

/// How calibration texts are read.
///
/// @param samples how many, from the first; all where absent
/// @param textField field or column that holds the text in JSON and Parquet files
/// @param maxSampleBytes a text of more UTF-8 bytes is refused, before it is held in memory
/// @param maxTotalBytes texts of more UTF-8 bytes together are refused
public record CalibrationOptions(
    OptionalInt samples, String textField, int maxSampleBytes, long maxTotalBytes) {
  public static final String DEFAULT_TEXT_FIELD = "text";

  private static final int DEFAULT_MAX_SAMPLE_BYTES = 16 << 20;
  private static final long DEFAULT_MAX_TOTAL_BYTES = 1L << 30;

  public CalibrationOptions {
    requireNonNull(samples, "samples is null");
    requireNonNull(textField, "textField is null");
    if (samples.isPresent() && samples.getAsInt() < 1) {
      throw new IllegalArgumentException(
          "at least one sample is needed, not " + samples.getAsInt());
    }
    if (maxSampleBytes < 1 || maxTotalBytes < 1) {
      throw new IllegalArgumentException("limits of no bytes leave no sample");
    }
  }

  /// The first so many texts, in the field `text`.
  public static CalibrationOptions first(int samples) {
    return all().withSamples(OptionalInt.of(samples));
  }

  /// All texts, in the field `text`.
  public static CalibrationOptions all() {
    return new CalibrationOptions(
        OptionalInt.empty(), DEFAULT_TEXT_FIELD, DEFAULT_MAX_SAMPLE_BYTES, DEFAULT_MAX_TOTAL_BYTES);
  }

  public CalibrationOptions withTextField(String field) {
    return new CalibrationOptions(samples, field, maxSampleBytes, maxTotalBytes);
  }

  private CalibrationOptions withSamples(OptionalInt number) {
    return new CalibrationOptions(number, textField, maxSampleBytes, maxTotalBytes);
  }
}
