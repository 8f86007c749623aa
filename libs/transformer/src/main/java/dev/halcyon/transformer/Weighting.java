package dev.halcyon.transformer;

/// What a sample's squared gradient counts.
public enum Weighting {
  /// Once, however long the sample is.
  SAMPLE,

  /// Once for each token that the sample predicts, which turns the square of a mean over T tokens
  /// into about the per-token Fisher.
  TOKEN
}
