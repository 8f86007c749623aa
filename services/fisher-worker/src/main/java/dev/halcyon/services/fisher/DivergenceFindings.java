package dev.halcyon.services.fisher;

import dev.halcyon.contracts.job.FisherTask.Divergence;
import dev.halcyon.contracts.results.DivergenceOutcome;
import dev.halcyon.contracts.results.DivergenceOutcome.Tensor;
import dev.halcyon.contracts.results.DivergenceOutcome.Trial;
import dev.halcyon.contracts.results.DivergenceOutcome.Vocabulary;
import dev.halcyon.contracts.results.DivergenceOutcomes;
import dev.halcyon.contracts.results.DivergenceOutcomes.BaseFisher;
import dev.halcyon.contracts.results.FisherCalibration.LeftOut;
import dev.halcyon.transformer.DiagonalProxies;
import dev.halcyon.transformer.DivergenceResult;
import dev.halcyon.transformer.FineTuneDivergence;
import dev.halcyon.transformer.Objective;
import dev.halcyon.transformer.QuadratureTrial;
import dev.halcyon.transformer.SampleDivergence;
import dev.halcyon.transformer.TensorDivergence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;

/// What a divergence task found, as an outcome.
///
/// @param task that was computed
/// @param models of it
/// @param samples of it
record DivergenceFindings(Divergence task, DivergenceModels models, Samples samples) {
  /// What the base's Fisher information came to.
  ///
  /// @param of each fine-tune
  /// @param samples that it is a mean over
  record Proxies(DiagonalProxies of, long samples) {}

  /// Nothing, since there is no sample.
  DivergenceOutcomes nothing() {
    return without(List.of());
  }

  /// Nothing, since no sample is finite.
  DivergenceOutcomes leftOut() {
    return without(samples.allLeftOut("its divergence or attribution is not finite"));
  }

  private DivergenceOutcomes without(List<LeftOut> leftOut) {
    DivergenceResult none =
        new DivergenceResult(
            models.fineTunes().stream()
                .map(_ -> new FineTuneDivergence(List.of(), List.of(), List.of()))
                .toList(),
            List.of(),
            models.base().model().vocabulary());
    return outcomes(none, leftOut, Optional.empty());
  }

  DivergenceOutcomes of(DivergenceResult result) {
    return with(result, Optional.empty());
  }

  DivergenceOutcomes with(DivergenceResult result, Optional<Proxies> proxies) {
    return outcomes(result, leftOut(result), proxies);
  }

  private DivergenceOutcomes outcomes(
      DivergenceResult result, List<LeftOut> leftOut, Optional<Proxies> proxies) {
    List<DivergenceOutcome> fineTunes = new ArrayList<>();
    for (int i = 0; i < result.fineTunes().size(); i++) {
      fineTunes.add(outcome(i, result, leftOut, proxies));
    }
    return new DivergenceOutcomes(
        models.base().checkpoint(),
        proxies.map(found -> new BaseFisher(found.samples(), found.of().sums())),
        fineTunes);
  }

  private DivergenceOutcome outcome(
      int number, DivergenceResult result, List<LeftOut> leftOut, Optional<Proxies> proxies) {
    FineTuneDivergence found = result.fineTunes().get(number);
    OpenedModel fineTune = models.all().get(number + 1);
    return new DivergenceOutcome(
        task.models().get(number + 1).name(),
        fineTune.checkpoint(),
        new Vocabulary(
            models.base().model().vocabulary(), fineTune.model().vocabulary(), result.vocabulary()),
        found.samples().stream().map(this::sample).toList(),
        samples.tooShort(),
        leftOut,
        found.trials().stream().map(DivergenceFindings::trial).toList(),
        found.tensors().stream().map(tensor -> tensor(number, tensor, proxies)).toList(),
        List.of());
  }

  private List<LeftOut> leftOut(DivergenceResult result) {
    return result.leftOut().stream()
        .map(sample ->
            new LeftOut(
                samples.name(sample.id()),
                sample
                    .parameter()
                    .map(name -> "its attribution to " + name + " is not finite")
                    .orElse("its divergence is not finite")))
        .toList();
  }

  private DivergenceOutcome.Sample sample(SampleDivergence sample) {
    return new DivergenceOutcome.Sample(
        samples.name(sample.id()),
        sample.predictions(),
        sample.kl(),
        sample.reverseKl(),
        sample.baseLoss(),
        sample.lossDifference(),
        sample.changedTop());
  }

  private static Trial trial(QuadratureTrial trial) {
    return new Trial(
        trial.nodes(),
        list(trial.sums().get(Objective.KL)),
        list(trial.sums().get(Objective.LOSS)));
  }

  private static Tensor tensor(int number, TensorDivergence tensor, Optional<Proxies> proxies) {
    return new Tensor(
        tensor.name(),
        tensor.shape(),
        tensor.baseSquares(),
        tensor.changeSquares(),
        list(tensor.attributions().get(Objective.KL)),
        list(tensor.attributions().get(Objective.LOSS)),
        proxies.map(found -> found.of().proxies(number).get(tensor.name())).orElse(Double.NaN));
  }

  private static List<Double> list(double[] values) {
    return values == null ? List.of() : DoubleStream.of(values).boxed().toList();
  }
}
