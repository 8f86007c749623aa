package dev.halcyon.contracts.results;

/// Numbers of several tensors in brief, each tensor counting once; values that are not defined are
/// left out.
///
/// @param count of defined values
/// @param mean of them; not defined where there is none, as the rest
/// @param std population standard deviation
/// @param min smallest
/// @param max largest
public record Summary(long count, double mean, double std, double min, double max) {}
