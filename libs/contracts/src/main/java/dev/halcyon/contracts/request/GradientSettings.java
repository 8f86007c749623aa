package dev.halcyon.contracts.request;

import static java.util.Objects.requireNonNullElse;

import dev.halcyon.contracts.json.UserInput;
import dev.halcyon.contracts.request.FisherEstimator.Labels;
import dev.halcyon.contracts.request.FisherEstimator.Precision;
import dev.halcyon.contracts.request.FisherEstimator.Weighting;

/// Which gradients are squared; an absent field has the default stated here.
///
/// @param labels whose loss is differentiated (empirical)
/// @param weighting of a sample's squared gradient (sample)
/// @param precision of weights and activations (fp32)
/// @param seed of drawn labels (42)
@UserInput
public record GradientSettings(Labels labels, Weighting weighting, Precision precision, Long seed) {
  public GradientSettings {
    labels = requireNonNullElse(labels, Labels.EMPIRICAL);
    weighting = requireNonNullElse(weighting, Weighting.SAMPLE);
    precision = requireNonNullElse(precision, Precision.FP32);
    seed = requireNonNullElse(seed, 42L);
  }

  /// All defaults.
  public static GradientSettings standard() {
    return new GradientSettings(null, null, null, null);
  }
}
