package dev.halcyon.calibration;

import static java.util.Objects.requireNonNull;

/// A calibration text.
///
/// @param id where it comes from: `file.jsonl:12` for a line, `file.parquet#12` for a row or entry,
///   the relative path for a file of its own
/// @param text not blank
public record Sample(String id, String text) {
  public Sample {
    requireNonNull(id, "id is null");
    requireNonNull(text, "text is null");
  }
}
