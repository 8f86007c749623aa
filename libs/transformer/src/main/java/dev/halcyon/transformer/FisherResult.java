package dev.halcyon.transformer;

import java.util.List;

/// Result of a Fisher run.
///
/// @param samples used, in the order of the request
/// @param leftOut samples without a finite loss or gradient
public record FisherResult(List<SampleLoss> samples, List<LeftOut> leftOut) {
  public FisherResult {
    samples = List.copyOf(samples);
    leftOut = List.copyOf(leftOut);
  }
}
