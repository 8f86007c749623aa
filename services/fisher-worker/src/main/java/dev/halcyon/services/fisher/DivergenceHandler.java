package dev.halcyon.services.fisher;

import dev.halcyon.contracts.job.FisherProgress;
import dev.halcyon.contracts.job.FisherTask.Divergence;
import dev.halcyon.contracts.results.DivergenceOutcomes;
import dev.halcyon.contracts.store.CalibrationTexts;
import dev.halcyon.services.common.BadInputException;
import dev.halcyon.transformer.DecoderModel;
import dev.halcyon.transformer.DiagonalProxies;
import dev.halcyon.transformer.DivergenceEngine;
import dev.halcyon.transformer.DivergenceRequest;
import dev.halcyon.transformer.DivergenceResult;
import dev.halcyon.transformer.FisherEngine;
import dev.halcyon.transformer.FisherRequest;
import dev.halcyon.transformer.FisherResult;
import dev.halcyon.transformer.ModelTokenizer;
import dev.halcyon.transformer.NoUsableSampleException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Measures and attributes the divergence of all fine-tunes on a range of the calibration texts,
/// and takes the base's Fisher information beside it where that is asked for.
final class DivergenceHandler {
  private final Outcomes outcomes;
  private final ModelObjects objects;
  private final Machine machine;

  DivergenceHandler(Outcomes outcomes, ModelObjects objects, Machine machine) {
    this.outcomes = outcomes;
    this.objects = objects;
    this.machine = machine;
  }

  DivergenceOutcomes handle(Divergence task, Consumer<FisherProgress> progress) throws IOException {
    CalibrationTexts texts = outcomes.read(task.calibration().object(), CalibrationTexts.class);
    try (DivergenceModels models = DivergenceModels.open(task, outcomes, objects, machine);
        ModelTokenizer tokenizer = models.base().openTokenizer()) {
      Samples samples = samples(task, texts, tokenizer);
      DivergenceFindings findings = new DivergenceFindings(task, models, samples);
      if (samples.usable().isEmpty()) {
        return nothing(task, samples, findings.nothing());
      }
      DivergenceTaskProgress listener =
          task.fisher()
              ? DivergenceTaskProgress.withFisher(task, samples, progress, models)
              : DivergenceTaskProgress.of(task, samples, progress);
      return run(task, models, findings, listener);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedTaskException(e);
    } catch (RuntimeException e) {
      throw EngineFailures.classed(task.models().getFirst().source(), e);
    }
  }

  static Samples samples(Divergence task, CalibrationTexts texts, ModelTokenizer tokenizer) {
    return Samples.of(
        texts,
        task.from(),
        task.to(),
        task.estimator().maxLength(),
        task.estimator().minTokens(),
        tokenizer);
  }

  /// Other ranges may have samples that count.
  private static DivergenceOutcomes nothing(
      Divergence task, Samples samples, DivergenceOutcomes empty) {
    if (task.ranges() == 1) {
      throw new BadInputException(samples.nothingUsable());
    }
    return empty;
  }

  private DivergenceOutcomes run(
      Divergence task,
      DivergenceModels models,
      DivergenceFindings findings,
      DivergenceTaskProgress progress)
      throws IOException, InterruptedException {
    DecoderModel base = models.base().model();
    List<DecoderModel> fineTunes = models.fineTunes();
    try {
      DivergenceResult result =
          new DivergenceEngine()
              .run(
                  new DivergenceRequest(
                      base,
                      fineTunes,
                      findings.samples().usable(),
                      EngineOptions.of(task.estimator(), machine)),
                  progress);
      return task.fisher()
          ? findings.with(result, proxies(base, fineTunes, findings.samples(), progress))
          : findings.of(result);
    } catch (NoUsableSampleException e) {
      if (task.ranges() == 1) {
        throw e;
      }
      return findings.leftOut();
    }
  }

  /// Empty where no sample has a finite gradient.
  private Optional<DivergenceFindings.Proxies> proxies(
      DecoderModel base,
      List<DecoderModel> fineTunes,
      Samples samples,
      DivergenceTaskProgress progress)
      throws IOException, InterruptedException {
    DiagonalProxies proxies = new DiagonalProxies(base, fineTunes);
    FisherRequest request =
        new FisherRequest(base, samples.usable(), EngineOptions.ofProxies(machine));
    try {
      FisherResult result = new FisherEngine().run(request, progress.of(proxies));
      return Optional.of(new DivergenceFindings.Proxies(proxies, result.samples().size()));
    } catch (NoUsableSampleException _) {
      return Optional.empty();
    }
  }
}
