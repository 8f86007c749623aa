package dev.halcyon.transformer;

/// What a change's effect is measured by, and split over tensors.
public enum Objective {
  /// The divergence of the output distribution, KL(base || fine-tune).
  KL,

  /// The difference in loss on the text, fine-tune less base.
  LOSS
}
