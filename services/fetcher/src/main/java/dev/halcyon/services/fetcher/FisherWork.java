package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.FisherEstimator;
import dev.halcyon.contracts.FisherSettings;
import dev.halcyon.contracts.FisherSettings.Diagonal;
import dev.halcyon.contracts.FisherTask.Range;
import dev.halcyon.contracts.FisherTask.TextsReference;
import dev.halcyon.contracts.Plan.ResolvedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The Fisher information that a request asks for.
///
/// @param settings as requested
/// @param texts to estimate on
/// @param count of the texts
/// @param models whose it is
/// @param companions digests of the models' further files
record FisherWork(
    FisherSettings settings,
    TextsReference texts,
    int count,
    List<ResolvedModel> models,
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
      int ranges) {}

  Key key() {
    return new Key(
        models.stream().map(ResolvedModel::name).toList(),
        companions,
        texts.source(),
        texts.object().sha256(),
        settings.estimator(),
        settings.chunks(),
        settings.saveDiagonal(),
        ranges());
  }

  /// A task for each model and range of texts.
  List<Range> tasks(String jobId, int attempt) {
    List<Range> tasks = new ArrayList<>();
    for (ResolvedModel model : models) {
      for (int range = 0; range < ranges(); range++) {
        tasks.add(task(jobId, attempt, model, range));
      }
    }
    return tasks;
  }

  private Range task(String jobId, int attempt, ResolvedModel model, int range) {
    return new Range(
        jobId,
        attempt,
        model.name(),
        model.source(),
        model.fingerprint(),
        texts,
        range,
        ranges(),
        start(range),
        start(range + 1),
        settings.estimator(),
        settings.chunks(),
        settings.saveDiagonal());
  }

  /// There may be fewer texts than asked for; no range is empty.
  private int ranges() {
    return Math.min(settings.ranges(), count);
  }

  private int start(int range) {
    return (int) ((long) count * range / ranges());
  }
}
