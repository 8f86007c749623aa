package dev.halcyon.transformer;

/// Estimated cost of a run, computed before it starts.
///
/// @param tokens of all samples that go through the layers
/// @param groups number of groups of samples; more than one if the layer inputs of all samples do
///   not fit in the budget. Each group reads the model once forward and once backward
/// @param keptLayers whose activations stay in memory
/// @param memory bytes of memory at the peak, without the JVM's and PyTorch's own
/// @param disk bytes of temporary files
public record FisherEstimate(long tokens, int groups, int keptLayers, long memory, long disk) {}
