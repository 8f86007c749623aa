package dev.halcyon.transformer.internal.run;

/// The base's output on all packs.
///
/// @param hidden states after the final norm, float64 [rows, hidden]
/// @param logSums log of each row's sum of exponentials of logits
@SuppressWarnings("ArrayRecordComponent") // large, and never compared
record BaseOutput(RowStore hidden, double[] logSums) {}
