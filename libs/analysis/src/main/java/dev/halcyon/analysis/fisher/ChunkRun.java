package dev.halcyon.analysis.fisher;

/// The part of a component's chunk that lies in one tensor.
///
/// @param chunk its number in the component, from 0
/// @param from first element, counted in the tensor
/// @param to element after the last
record ChunkRun(int chunk, long from, long to) {}
