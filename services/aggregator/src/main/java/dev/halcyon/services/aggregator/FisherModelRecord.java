package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.job.FisherProgress;
import dev.halcyon.contracts.job.ModelArrival;
import dev.halcyon.contracts.store.StoredObject;
import java.util.Optional;

/// What the Fisher tasks of a job's model, or those of its divergence, have come to, in counts:
/// each task has a record of its own.
///
/// A result of an earlier attempt counts for later ones: an attempt computes the same.
///
/// @param arrival how much of the model is where workers read it
/// @param started the attempt for which its tasks were started last; 0 before the first
/// @param tasks of the model that have a result
/// @param outcome of the whole model, once all its samples are in
/// @param progress of the tasks that the started attempt has begun
record FisherModelRecord(
    Optional<Arrived> arrival,
    int started,
    int tasks,
    Optional<StoredObject> outcome,
    Progress progress) {
  static final FisherModelRecord NONE =
      new FisherModelRecord(Optional.empty(), 0, 0, Optional.empty(), Progress.NONE);

  FisherModelRecord {
    arrival = arrival == null ? Optional.empty() : arrival;
    outcome = outcome == null ? Optional.empty() : outcome;
    progress = progress == null ? Progress.NONE : progress;
  }

  /// How much of a model has arrived for an attempt.
  record Arrived(int attempt, ModelArrival model) {
    private boolean isNewsTo(Arrived known) {
      return attempt > known.attempt
          || (attempt == known.attempt && model.there() > known.model.there());
    }
  }

  /// The sum of what tasks say of their progress.
  ///
  /// @param begun tasks that said anything
  record Progress(
      int begun, long layersDone, long layers, long samples, long tokensDone, long tokens) {
    private static final Progress NONE = new Progress(0, 0, 0, 0, 0, 0);

    private Progress plus(FisherProgress task, int sign) {
      return new Progress(
          begun + sign,
          layersDone + sign * task.layersDone(),
          layers + sign * task.layers(),
          samples + sign * task.samples(),
          tokensDone + sign * task.tokensDone(),
          tokens + sign * task.tokens());
    }
  }

  /// The same where it is known already.
  FisherModelRecord arrived(int attempt, ModelArrival model) {
    Arrived now = new Arrived(attempt, model);
    return arrival.isPresent() && !now.isNewsTo(arrival.orElseThrow())
        ? this
        : new FisherModelRecord(Optional.of(now), started, tasks, outcome, progress);
  }

  /// Whether all of it is there for an attempt, and its tasks were not started.
  boolean isStartable(int attempt) {
    return started < attempt && isThere(attempt);
  }

  /// Whether all of it is there for an attempt.
  boolean isThere(int attempt) {
    return arrival.filter(it -> it.attempt() == attempt && it.model().complete()).isPresent();
  }

  FisherModelRecord started(int attempt) {
    return new FisherModelRecord(arrival, attempt, tasks, outcome, Progress.NONE);
  }

  FisherModelRecord counted() {
    return new FisherModelRecord(arrival, started, tasks + 1, outcome, progress);
  }

  FisherModelRecord complete(StoredObject whole) {
    return new FisherModelRecord(arrival, started, tasks + 1, Optional.of(whole), progress);
  }

  boolean isComplete() {
    return outcome.isPresent();
  }

  /// @param earlier what the task said before in the same attempt
  FisherModelRecord progressed(Optional<FisherProgress> earlier, FisherProgress now) {
    Progress others = earlier.map(then -> progress.plus(then, -1)).orElse(progress);
    return new FisherModelRecord(arrival, started, tasks, outcome, others.plus(now, 1));
  }
}
