package dev.halcyon.contracts.request;

import static java.util.Objects.requireNonNullElse;

import dev.halcyon.contracts.json.InvalidMessageException;
import dev.halcyon.contracts.json.UserInput;
import java.util.Optional;

/// The calibration texts of a request; an absent field has the default stated here.
///
/// @param calibration file of texts: `.txt`, `.json`, `.jsonl` or `.parquet`, or a data set's name;
///   the built-in texts where neither this nor `textFiles` is there
/// @param textFiles folder with a text a file
/// @param textField field or column that holds the text (`text`)
/// @param samples texts to take, from the first (20)
/// @param maxLength tokens at which a sample is cut (256)
/// @param minTokens samples of fewer tokens are skipped (2)
@UserInput
public record CalibrationSettings(
    Optional<String> calibration,
    Optional<String> textFiles,
    String textField,
    Integer samples,
    Integer maxLength,
    Integer minTokens) {
  public CalibrationSettings {
    calibration = calibration == null ? Optional.empty() : calibration;
    textFiles = textFiles == null ? Optional.empty() : textFiles;
    textField = requireNonNullElse(textField, "text");
    samples = requireNonNullElse(samples, 20);
    maxLength = requireNonNullElse(maxLength, 256);
    minTokens = requireNonNullElse(minTokens, 2);
    if (calibration.isPresent() && textFiles.isPresent()) {
      throw new InvalidMessageException("set `calibration` or `text_files`, not both");
    }
    Bounds.require("samples", samples, 1, Integer.MAX_VALUE);
    Bounds.require("max_length", maxLength, 2, Integer.MAX_VALUE);
    Bounds.require("min_tokens", minTokens, 2, maxLength);
  }

  /// The built-in texts.
  ///
  /// @param samples texts to take, from the first; null for the default
  /// @param maxLength tokens at which a sample is cut; null for the default
  public static CalibrationSettings builtIn(Integer samples, Integer maxLength) {
    return new CalibrationSettings(
        Optional.empty(), Optional.empty(), null, samples, maxLength, null);
  }

  /// The built-in texts, with all defaults.
  public static CalibrationSettings standard() {
    return builtIn(null, null);
  }

  /// As many texts, cut at as many tokens, from elsewhere.
  public CalibrationSettings from(Optional<String> file, Optional<String> folder, String field) {
    return new CalibrationSettings(file, folder, field, samples, maxLength, minTokens);
  }

  /// The same, with the texts of others where these name none.
  CalibrationSettings orFrom(CalibrationSettings others) {
    return calibration.isPresent() || textFiles.isPresent()
        ? this
        : from(others.calibration, others.textFiles, others.textField);
  }

  void requireRanges(int ranges) {
    if (ranges != NumberOrAuto.AUTO) {
      Bounds.require("ranges", ranges, 1, Math.min(samples, FisherSettings.MAX_RANGES));
    }
  }
}
