package dev.halcyon.transformer;

/// Progress of a run.
///
/// @param stage at work
/// @param fineTune at work, from 0; 0 while the base is
/// @param fineTunes of the run
/// @param node at work, from 0
/// @param nodes of the quadrature at work
/// @param layersDone layers that all samples passed, forward and backward
/// @param layers known number of layer passes in total
/// @param fraction share of the known arithmetic that is done, 0 to 1
public record DivergenceProgress(
    Stage stage,
    int fineTune,
    int fineTunes,
    int node,
    int nodes,
    long layersDone,
    long layers,
    double fraction) {
  /// The parts of a run.
  public enum Stage {
    BASE,
    MEASUREMENT,
    ATTRIBUTION
  }
}
