package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.job.FisherTask.Range;
import dev.halcyon.contracts.job.Plan.ResolvedModel;
import dev.halcyon.contracts.request.FisherEstimator;
import dev.halcyon.contracts.request.FisherSettings;
import dev.halcyon.contracts.request.FisherSettings.Diagonal;
import dev.halcyon.contracts.store.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The Fisher information that a request asks for.
///
/// @param settings as requested
/// @param texts to estimate on
/// @param size that a task has at most
/// @param models whose it is
/// @param companions digests of the models' further files
record FisherWork(
    FisherSettings settings,
    FisherTexts.Stored texts,
    TaskSize size,
    List<ModelTensors> models,
    List<String> companions) {

  /// The part of a job's key that says what is estimated: whatever may change a number.
  record Key(
      List<String> models,
      List<String> companions,
      String source,
      String texts,
      FisherEstimator estimator,
      int chunks,
      Optional<Diagonal> saveDiagonal,
      List<Integer> ranges,
      List<String> allowConfigFields) {}

  Key key() {
    return new Key(
        models.stream().map(ModelTensors::name).toList(),
        companions,
        texts.reference().source(),
        texts.reference().object().sha256(),
        settings.estimator(),
        settings.chunks(),
        settings.saveDiagonal(),
        models.stream().map(this::ranges).toList(),
        settings.allowConfigFields());
  }

  /// A task for each range of texts.
  ///
  /// @param whole the model with its tensors
  /// @param parts object that holds the [dev.halcyon.contracts.store.PlacedModel]
  List<Range> tasks(String jobId, int attempt, ModelTensors whole, StoredObject parts) {
    List<Range> tasks = new ArrayList<>();
    int ranges = ranges(whole);
    for (int range = 0; range < ranges; range++) {
      tasks.add(task(jobId, attempt, whole.model(), parts, range, ranges));
    }
    return tasks;
  }

  private Range task(
      String jobId, int attempt, ResolvedModel model, StoredObject parts, int range, int ranges) {
    return new Range(
        jobId,
        attempt,
        model.name(),
        model.source(),
        parts,
        texts.reference(),
        range,
        ranges,
        texts.start(range, ranges),
        texts.start(range + 1, ranges),
        settings.estimator(),
        settings.chunks(),
        settings.saveDiagonal(),
        settings.allowConfigFields());
  }

  /// There may be fewer texts than asked for; no range is empty.
  private int ranges(ModelTensors model) {
    return settings.ranges() == FisherSettings.AUTO
        ? size.tasks(
            texts.tokens(), model.parameters(), Math.min(FisherSettings.MAX_RANGES, texts.count()))
        : Math.min(settings.ranges(), texts.count());
  }
}
