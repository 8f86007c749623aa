package dev.halcyon.transformer;

/// How the squared gradients of a run are aggregated over samples.
public enum Aggregation {
  /// Their mean over the samples used.
  MEAN,

  /// Their sum, so that ranges of samples can be added: sums and counts of samples add up exactly
  /// as one run would have them, within float32 rounding.
  SUM
}
