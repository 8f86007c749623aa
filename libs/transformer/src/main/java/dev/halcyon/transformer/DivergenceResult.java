package dev.halcyon.transformer;

import java.util.List;

/// How a run ended.
///
/// @param fineTunes in the order of the request; all over the same samples
/// @param leftOut samples without a finite divergence or attribution
/// @param vocabulary tokens that the distributions are over: those that all models have
public record DivergenceResult(
    List<FineTuneDivergence> fineTunes, List<LeftOut> leftOut, int vocabulary) {
  public DivergenceResult {
    fineTunes = List.copyOf(fineTunes);
    leftOut = List.copyOf(leftOut);
  }
}
