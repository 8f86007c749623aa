package dev.halcyon.contracts.results;

import static java.util.Objects.requireNonNull;

/// A text of the calibration set after its forward pass.
///
/// @param sample its id
/// @param tokens after it was cut
/// @param loss mean negative log-likelihood of its real next tokens, in nats
public record FisherSample(String sample, long tokens, double loss) {
  public FisherSample {
    requireNonNull(sample, "sample is null");
  }
}
