package dev.halcyon.transformer;

import java.util.List;

/// Result of a divergence run.
///
/// @param fineTunes in the order of the request; all over the same samples
/// @param leftOut samples without a finite divergence or attribution
/// @param vocabulary number of tokens that all models have; the distributions are over these
public record DivergenceResult(
    List<FineTuneDivergence> fineTunes, List<LeftOut> leftOut, int vocabulary) {
  public DivergenceResult {
    fineTunes = List.copyOf(fineTunes);
    leftOut = List.copyOf(leftOut);
  }
}
