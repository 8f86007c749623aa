package dev.halcyon.contracts.store;

import java.util.List;

/// The texts that Fisher information is estimated on, as the store keeps them for workers.
///
/// @param texts in order
public record CalibrationTexts(List<CalibrationText> texts) {
  public CalibrationTexts {
    texts = List.copyOf(texts);
  }

  /// A text.
  ///
  /// @param id where it comes from
  /// @param text not blank
  public record CalibrationText(String id, String text) {}
}
