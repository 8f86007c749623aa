package dev.halcyon.transformer;

/// Element type of the passes that attribute a divergence.
///
/// The passes start from a difference of two softmaxes, which loses precision in float32 if the
/// divergence is small.
public enum NodePrecision {
  /// Float64 where the divergence measured is below [#SMALL], else float32.
  AUTO,

  FP32,

  FP64;

  /// In nats per token. Differences of logits are about its root there, 0.01, and float32 leaves
  /// them three digits or more in each logit; sums over logits have more.
  public static final double SMALL = 1e-4;
}
