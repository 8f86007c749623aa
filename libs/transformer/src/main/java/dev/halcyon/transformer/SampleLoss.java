package dev.halcyon.transformer;

/// Loss of a model on a sample.
///
/// @param id of the sample
/// @param loss mean negative log-likelihood of the text's own tokens, in nats
public record SampleLoss(long id, double loss) {}
