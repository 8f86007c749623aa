package dev.halcyon.transformer;

import java.util.List;

/// A fine-tune's divergence from the base.
///
/// @param samples what was measured of each
/// @param trials of the quadrature in the order they were made; the last one's are the tensors'
///   attributions. Empty where nothing was attributed
/// @param tensors in the order of the model
public record FineTuneDivergence(
    List<SampleDivergence> samples, List<QuadratureTrial> trials, List<TensorDivergence> tensors) {
  public FineTuneDivergence {
    samples = List.copyOf(samples);
    trials = List.copyOf(trials);
    tensors = List.copyOf(tensors);
  }
}
