package dev.halcyon.transformer;

/// Element type of weights and of the activations that they are applied to.
///
/// In each, the residual stream, norms, softmax and all sums are float32.
public enum Precision {
  FP32,

  /// Half the memory for weights and activations; errs by some percent.
  BF16,

  /// As bfloat16, with a narrower range: large activations may overflow, and their samples are left
  /// out.
  FP16
}
