package dev.halcyon.transformer.internal.torch;

/// Rows of gradients by a block of a tied embedding that wait for the embedding's other part.
///
/// @param rows their indices in the block, sample by sample
/// @param bounds for each sample, where its rows begin and end in `rows`
/// @param kept takes the rows
@SuppressWarnings("ArrayRecordComponent") // never compared
public record KeptRows(Tensor rows, long[] bounds, Tensor kept) {}
