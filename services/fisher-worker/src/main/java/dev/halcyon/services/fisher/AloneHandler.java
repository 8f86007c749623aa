package dev.halcyon.services.fisher;

import dev.halcyon.analysis.divergence.DivergenceMerge;
import dev.halcyon.contracts.job.FisherProgress;
import dev.halcyon.contracts.job.FisherTask.Alone;
import dev.halcyon.contracts.job.FisherTask.Divergence;
import dev.halcyon.contracts.results.DivergenceOutcomes;
import dev.halcyon.contracts.results.DivergenceOutcomes.LayersAlone;
import dev.halcyon.contracts.store.CalibrationTexts;
import dev.halcyon.contracts.store.StoredObject;
import dev.halcyon.transformer.DivergenceEngine;
import dev.halcyon.transformer.DivergenceRequest;
import dev.halcyon.transformer.DivergenceResult;
import dev.halcyon.transformer.ModelTokenizer;
import dev.halcyon.transformer.NoUsableSampleException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Measures the layers with the largest attributions by themselves, on the samples of a range that
/// count. The base's output is computed once for all of them.
final class AloneHandler {
  private final Outcomes outcomes;
  private final ModelObjects objects;
  private final Machine machine;

  AloneHandler(Outcomes outcomes, ModelObjects objects, Machine machine) {
    this.outcomes = outcomes;
    this.objects = objects;
    this.machine = machine;
  }

  LayersAlone handle(Alone task, Consumer<FisherProgress> progress) throws IOException {
    Divergence divergence = task.divergence();
    List<DivergenceOutcomes> ranges = new ArrayList<>();
    for (StoredObject outcome : task.outcomes()) {
      ranges.add(outcomes.read(outcome, DivergenceOutcomes.class));
    }
    CalibrationTexts texts =
        outcomes.read(divergence.calibration().object(), CalibrationTexts.class);
    try (DivergenceModels models = DivergenceModels.open(divergence, outcomes, objects, machine);
        ModelTokenizer tokenizer = models.base().openTokenizer()) {
      Samples counting =
          DivergenceHandler.samples(divergence, texts, tokenizer)
              .of(ranges.get(divergence.range()).fineTunes().getFirst().samples());
      LayerParts parts = LayerParts.of(divergence, DivergenceMerge.of(ranges), models);
      DivergenceTaskProgress listener = DivergenceTaskProgress.of(task, counting, progress);
      return parts.alone(counting, run(divergence, models, parts, counting, listener));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedTaskException(e);
    } catch (RuntimeException e) {
      throw EngineFailures.classed(divergence.models().getFirst().source(), e);
    }
  }

  /// Empty where there is nothing to measure, or no sample is finite.
  private Optional<DivergenceResult> run(
      Divergence task,
      DivergenceModels models,
      LayerParts parts,
      Samples samples,
      DivergenceTaskProgress listener)
      throws IOException, InterruptedException {
    if (parts.fineTunes().isEmpty() || samples.usable().isEmpty()) {
      return Optional.empty();
    }
    DivergenceRequest request =
        new DivergenceRequest(
            models.base().model(),
            parts.fineTunes(),
            samples.usable(),
            EngineOptions.of(task.estimator(), machine).withObjectives(Set.of()));
    try {
      return Optional.of(new DivergenceEngine().runPartly(request, parts.changed(), listener));
    } catch (NoUsableSampleException _) {
      return Optional.empty();
    }
  }
}
