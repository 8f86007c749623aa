package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.job.FisherTask.Divergence;
import dev.halcyon.contracts.job.FisherTask.NamedModel;
import dev.halcyon.contracts.request.DivergenceEstimator;
import dev.halcyon.contracts.request.DivergenceSettings;
import dev.halcyon.contracts.request.FisherSettings;
import java.util.ArrayList;
import java.util.List;

/// The divergence that a request asks for.
///
/// @param settings as requested
/// @param texts to measure on
/// @param size that a task has at most
/// @param models the base first
/// @param companions digests of the models' further files
record DivergenceWork(
    DivergenceSettings settings,
    FisherTexts.Stored texts,
    TaskSize size,
    List<ModelTensors> models,
    List<String> companions) {

  /// The part of a job's key that says what is measured: whatever may change a number.
  record Key(
      List<String> companions,
      String source,
      String texts,
      DivergenceEstimator estimator,
      boolean fisher,
      int alone,
      int ranges,
      List<String> allowConfigFields) {}

  Key key() {
    return new Key(
        companions,
        texts.reference().source(),
        texts.reference().object().sha256(),
        settings.estimator(),
        fisher(),
        settings.alone(),
        ranges(),
        settings.allowConfigFields());
  }

  /// A task for each range of texts.
  ///
  /// @param placed where the models are
  List<Divergence> tasks(String jobId, int attempt, List<NamedModel> placed) {
    List<Divergence> tasks = new ArrayList<>();
    int ranges = ranges();
    for (int range = 0; range < ranges; range++) {
      tasks.add(
          new Divergence(
              jobId,
              attempt,
              placed,
              texts.reference(),
              range,
              ranges,
              texts.start(range, ranges),
              texts.start(range + 1, ranges),
              settings.estimator(),
              fisher(),
              settings.alone(),
              settings.allowConfigFields()));
    }
    return tasks;
  }

  private boolean fisher() {
    return settings.fisher().orElse(false);
  }

  /// There may be fewer texts than asked for; no range is empty.
  private int ranges() {
    return settings.ranges() == DivergenceSettings.AUTO
        ? size.tasks(
            texts.tokens() * passes(),
            models.getFirst().parameters(),
            Math.min(FisherSettings.MAX_RANGES, texts.count()))
        : Math.min(settings.ranges(), texts.count());
  }

  /// Work in units of a Fisher pass: about one for the base's output in float64 and that of each
  /// fine-tune, and with two nodes about two more for each fine-tune.
  private long passes() {
    return (fisher() ? 2 : 1) + 3L * (models.size() - 1);
  }
}
