package dev.halcyon.contracts.results;

import static java.util.Objects.requireNonNull;

import java.util.List;

/// The texts that Fisher information was estimated on.
///
/// @param source the file or folder, or `built-in`
/// @param digest SHA-256 of the texts that were read, in order
/// @param blank entries without text, which were skipped
/// @param tooShort samples of fewer tokens than asked for, which were skipped
/// @param leftOut samples whose loss or gradient was not finite
public record FisherCalibration(
    String source, String digest, long blank, long tooShort, List<LeftOut> leftOut) {
  public FisherCalibration {
    requireNonNull(source, "source is null");
    requireNonNull(digest, "digest is null");
    leftOut = List.copyOf(leftOut);
  }

  /// A sample that does not count.
  ///
  /// @param sample its id
  /// @param reason readable text: what was not finite, and in which layer
  public record LeftOut(String sample, String reason) {}
}
