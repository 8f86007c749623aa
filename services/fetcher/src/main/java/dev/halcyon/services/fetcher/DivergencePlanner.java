package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.job.FisherTask.Divergence;
import dev.halcyon.contracts.job.FisherTask.NamedModel;
import dev.halcyon.contracts.request.CompareRequest;
import dev.halcyon.contracts.request.DivergenceSettings;
import dev.halcyon.contracts.store.PlacedModel;
import dev.halcyon.services.common.BadInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Plans the divergence of a request's fine-tunes: on which texts, and where all that is read of
/// the models is. Texts become tokens by the base's tokenizer.
final class DivergencePlanner {
  private final FisherTexts texts;
  private final EngineModels engineModels;
  private final TaskSize size;

  DivergencePlanner(FisherTexts texts, EngineModels engineModels, TaskSize size) {
    this.texts = texts;
    this.engineModels = engineModels;
    this.size = size;
  }

  /// What there is to do; empty where no divergence is asked for.
  ///
  /// @throws BadInputException where the texts or a model cannot be used
  Optional<DivergenceWork> plan(CompareRequest request, List<ModelTensors> models)
      throws IOException {
    if (request.divergence().isEmpty()) {
      return Optional.empty();
    }
    DivergenceSettings settings = request.divergence().orElseThrow();
    EngineModels.requireFiles(models.getFirst(), PlacedModel.FILES);
    models.forEach(model -> EngineModels.requireFiles(model, List.of(PlacedModel.CONFIG)));
    return Optional.of(
        new DivergenceWork(
            settings,
            texts.store(settings.texts()),
            size,
            models,
            EngineModels.companions(models)));
  }

  /// The tasks of a job; what they refer to is in the store then.
  List<Divergence> tasks(DivergenceWork work, String jobId, int attempt) throws IOException {
    List<NamedModel> placed = new ArrayList<>();
    for (ModelTensors model : work.models()) {
      placed.add(engineModels.put(jobId, attempt, model));
    }
    return work.tasks(jobId, attempt, placed);
  }
}
