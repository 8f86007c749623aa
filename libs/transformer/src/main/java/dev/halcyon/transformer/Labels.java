package dev.halcyon.transformer;

/// Whose next tokens a sample's loss is taken at.
public enum Labels {
  /// The text's own: the empirical Fisher.
  EMPIRICAL,

  /// Drawn from the model: the true Fisher (Kunstner et al. 2019).
  SAMPLED
}
