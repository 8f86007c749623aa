package dev.halcyon.transformer;

/// How a layer's activations are kept between the forward and the backward pass.
public enum ActivationMode {
  /// They stay in memory: fastest.
  KEEP,

  /// They are computed again from the layer's input: memory does not grow with depth but for those
  /// inputs.
  RECOMPUTE,

  /// As many layers keep them as the memory budget allows, from the last one down.
  AUTO
}
