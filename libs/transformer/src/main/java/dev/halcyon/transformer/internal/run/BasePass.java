package dev.halcyon.transformer.internal.run;

/// What the base leaves behind for the fine-tunes.
///
/// @param run what steps share
/// @param reader of its weights
/// @param embedded its rows of the embeddings
/// @param hidden its states after the final norm, float64
record BasePass(
    DivergenceContext run, WeightReader reader, EmbeddedRows embedded, RowStore hidden) {}
