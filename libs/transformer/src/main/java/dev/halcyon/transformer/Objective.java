package dev.halcyon.transformer;

/// The quantity that is attributed to tensors.
public enum Objective {
  /// The divergence of the output distribution, KL(base || fine-tune).
  KL,

  /// The difference in loss on the text, fine-tune less base.
  LOSS
}
