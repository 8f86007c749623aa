package dev.halcyon.transformer;

/// Progress of a run.
///
/// @param layersDone layers that all samples passed, forward and backward
/// @param layers known number of layer passes in total
/// @param fraction share of the known arithmetic that is done, 0 to 1
public record DivergenceProgress(long layersDone, long layers, double fraction) {}
