package dev.halcyon.transformer;

/// Divergence of a fine-tune from the base on one sample: means over its predicted tokens, in nats
/// per token.
///
/// @param id of the sample
/// @param predictions tokens predicted
/// @param kl KL(base || fine-tune)
/// @param reverseKl KL(fine-tune || base)
/// @param baseLoss mean negative log-likelihood of the text's own tokens under the base
/// @param lossDifference the fine-tune's loss less the base's
/// @param changedTop predictions whose most likely token differs
public record SampleDivergence(
    long id,
    int predictions,
    double kl,
    double reverseKl,
    double baseLoss,
    double lossDifference,
    int changedTop) {
  /// What was measured of an objective.
  public double measured(Objective objective) {
    return switch (objective) {
      case KL -> kl;
      case LOSS -> lossDifference;
    };
  }
}
