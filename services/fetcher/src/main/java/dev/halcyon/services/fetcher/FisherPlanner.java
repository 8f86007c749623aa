package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.job.FisherTask.Range;
import dev.halcyon.contracts.request.CompareRequest;
import dev.halcyon.contracts.request.FisherSettings;
import dev.halcyon.contracts.store.PlacedModel;
import dev.halcyon.services.common.BadInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Plans the Fisher information of a request: on which texts, of which models, and where all that
/// is read of those models is.
final class FisherPlanner {
  private final FisherTexts texts;
  private final EngineModels engineModels;
  private final TaskSize size;

  FisherPlanner(FisherTexts texts, EngineModels engineModels, TaskSize size) {
    this.texts = texts;
    this.engineModels = engineModels;
    this.size = size;
  }

  /// What there is to do; empty where no Fisher information is asked for.
  ///
  /// @throws BadInputException where the texts or a model cannot be used
  Optional<FisherWork> plan(CompareRequest request, List<ModelTensors> models) throws IOException {
    if (request.fisher().isEmpty()) {
      return Optional.empty();
    }
    FisherSettings settings = request.fisher().orElseThrow();
    List<ModelTensors> chosen =
        models.stream()
            .filter(
                model -> settings.models().isEmpty() || settings.models().contains(model.name()))
            .toList();
    chosen.forEach(model -> EngineModels.requireFiles(model, PlacedModel.FILES));
    List<String> companions =
        EngineModels.companions(
            Stream.concat(Stream.of(models.getFirst()), chosen.stream()).toList());
    return Optional.of(
        new FisherWork(settings, texts.store(settings.texts()), size, chosen, companions));
  }

  /// The tasks of a job; what they refer to is in the store then.
  List<Range> tasks(FisherWork work, String jobId, int attempt) throws IOException {
    List<Range> tasks = new ArrayList<>();
    for (ModelTensors model : work.models()) {
      tasks.addAll(
          work.tasks(jobId, attempt, model, engineModels.put(jobId, attempt, model).parts()));
    }
    return tasks;
  }
}
