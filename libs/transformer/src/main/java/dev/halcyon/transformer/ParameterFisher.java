package dev.halcyon.transformer;

import dev.halcyon.tensors.Shape;
import java.lang.foreign.MemorySegment;

/// The diagonal Fisher information of one parameter tensor.
///
/// @param name in the checkpoint
/// @param shape as stored
/// @param values one float32 for each element, row-major, in the machine's byte order; read-only,
///   and valid until [FisherListener#parameter] returns
/// @param sampleSums for each sample of the request, in its order, the sum over the tensor's
///   elements of what the sample adds to the sum over samples; zero for samples left out. Their
///   total is that of `values`, times the samples used where those are the mean
@SuppressWarnings("ArrayRecordComponent") // large, and never compared
public record ParameterFisher(
    String name, Shape shape, MemorySegment values, double[] sampleSums) {}
