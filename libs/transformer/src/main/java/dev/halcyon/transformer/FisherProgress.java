package dev.halcyon.transformer;

/// Progress of a run.
///
/// @param stage at work
/// @param group of samples at work, from 0
/// @param groups that the samples are cut into
/// @param layersDone of the stage
/// @param layers of the model
/// @param samples in the run
/// @param tokens in the run
/// @param fraction of the arithmetic done, 0 to 1; times `tokens` over the time taken it is the
///   rate of tokens
public record FisherProgress(
    Stage stage,
    int group,
    int groups,
    int layersDone,
    int layers,
    int samples,
    long tokens,
    double fraction) {
  /// The parts of a run.
  public enum Stage {
    FORWARD,
    HEAD,
    BACKWARD,
    EMBEDDING
  }
}
