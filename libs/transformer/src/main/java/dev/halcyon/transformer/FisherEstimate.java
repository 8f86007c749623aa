package dev.halcyon.transformer;

/// What a run is going to take, said before it begins.
///
/// @param tokens of all samples that go through the layers
/// @param groups that the samples are cut into, because their layer inputs do not fit together; the
///   model is read once forward and once backward for each
/// @param keptLayers whose activations stay in memory
/// @param memory bytes of memory at the peak, without the JVM's and PyTorch's own
/// @param disk bytes of temporary files
public record FisherEstimate(long tokens, int groups, int keptLayers, long memory, long disk) {}
