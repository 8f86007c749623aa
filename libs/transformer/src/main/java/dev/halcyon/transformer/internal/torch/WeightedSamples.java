package dev.halcyon.transformer.internal.torch;

/// The samples whose rows follow one another in a tensor.
///
/// @param bounds rows at which samples begin, and at last the number of rows
/// @param numbers of the samples among those of the run; negative for one that does not count
/// @param weights of the samples in a weighted sum
@SuppressWarnings("ArrayRecordComponent") // never compared
public record WeightedSamples(long[] bounds, long[] numbers, double[] weights) {}
