package dev.halcyon.transformer.internal.run;

import dev.halcyon.transformer.DivergenceResult;
import dev.halcyon.transformer.FineTuneDivergence;
import dev.halcyon.transformer.LeftOut;
import dev.halcyon.transformer.NoUsableSampleException;
import dev.halcyon.transformer.Objective;
import dev.halcyon.transformer.QuadratureTrial;
import dev.halcyon.transformer.SampleDivergence;
import dev.halcyon.transformer.TensorDivergence;
import dev.halcyon.transformer.TokenSample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Leaves out the samples that a fine-tune has no finite divergence or attribution on.
///
/// @param samples of the run
record UsableSamples(List<TokenSample> samples) {
  /// @throws NoUsableSampleException where none is left
  DivergenceResult of(List<FineTuneDivergence> divergences, int vocabulary) {
    List<LeftOut> leftOut = new ArrayList<>();
    List<Integer> used = new ArrayList<>();
    for (int number = 0; number < samples.size(); number++) {
      Optional<LeftOut> reason = reason(divergences, number);
      reason.ifPresentOrElse(leftOut::add, numberOf(used, number));
    }
    if (used.isEmpty()) {
      throw new NoUsableSampleException(samples.size());
    }
    return new DivergenceResult(
        divergences.stream().map(divergence -> only(divergence, used)).toList(),
        leftOut,
        vocabulary);
  }

  private static Runnable numberOf(List<Integer> used, int number) {
    return () -> used.add(number);
  }

  private Optional<LeftOut> reason(List<FineTuneDivergence> divergences, int number) {
    long id = samples.get(number).id();
    for (FineTuneDivergence divergence : divergences) {
      if (!isFinite(divergence.samples().get(number))) {
        return Optional.of(new LeftOut(id, Optional.empty()));
      }
      for (TensorDivergence tensor : divergence.tensors()) {
        if (tensor.attributions().values().stream().anyMatch(v -> !Double.isFinite(v[number]))) {
          return Optional.of(new LeftOut(id, Optional.of(tensor.name())));
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isFinite(SampleDivergence sample) {
    return Double.isFinite(
        sample.kl() + sample.reverseKl() + sample.baseLoss() + sample.lossDifference());
  }

  private static FineTuneDivergence only(FineTuneDivergence divergence, List<Integer> used) {
    return new FineTuneDivergence(
        used.stream().map(divergence.samples()::get).toList(),
        divergence.trials().stream()
            .map(trial -> new QuadratureTrial(trial.nodes(), only(trial.sums(), used)))
            .toList(),
        divergence.tensors().stream().map(tensor -> only(tensor, used)).toList());
  }

  private static TensorDivergence only(TensorDivergence tensor, List<Integer> used) {
    return new TensorDivergence(
        tensor.name(),
        tensor.shape(),
        tensor.baseSquares(),
        tensor.changeSquares(),
        only(tensor.attributions(), used));
  }

  private static Map<Objective, double[]> only(
      Map<Objective, double[]> values, List<Integer> used) {
    Map<Objective, double[]> kept = new HashMap<>();
    values.forEach((objective, all) ->
        kept.put(objective, used.stream().mapToDouble(number -> all[number]).toArray()));
    return kept;
  }
}
