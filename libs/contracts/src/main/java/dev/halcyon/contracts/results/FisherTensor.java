package dev.halcyon.contracts.results;

import static java.util.Objects.requireNonNull;

import dev.halcyon.tensors.Shape;
import java.util.List;

/// What a worker found for one parameter tensor; all that a report needs of it.
///
/// @param parameter its name in the checkpoint
/// @param shape of the tensor
/// @param statistics of its diagonal, the mean over all samples
/// @param sampleSums for each sample, in order, the sum over the tensor of the sample's squared
///   gradient, weighted as the estimator says
/// @param chunkSums sums of the tensor's parts of the component's chunks, in order; empty where
///   none were asked for
public record FisherTensor(
    String parameter,
    Shape shape,
    FisherStatistics statistics,
    List<Double> sampleSums,
    List<Double> chunkSums) {
  public FisherTensor {
    requireNonNull(parameter, "parameter is null");
    requireNonNull(statistics, "statistics is null");
    requireNonNull(shape, "shape is null");
    sampleSums = List.copyOf(sampleSums);
    chunkSums = List.copyOf(chunkSums);
  }
}
