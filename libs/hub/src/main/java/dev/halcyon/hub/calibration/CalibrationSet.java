package dev.halcyon.hub.calibration;

import static java.util.Objects.requireNonNull;

import java.util.List;

/// Calibration texts and where they are from.
///
/// @param texts as they are in the data set
public record CalibrationSet(List<String> texts, CalibrationSummary summary) {
  public CalibrationSet {
    texts = List.copyOf(texts);
    requireNonNull(summary, "summary is null");
  }
}
