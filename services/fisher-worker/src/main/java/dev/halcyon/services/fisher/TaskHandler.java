package dev.halcyon.services.fisher;

import dev.halcyon.contracts.FisherOutcome;
import dev.halcyon.contracts.FisherProgress;
import dev.halcyon.contracts.FisherResult;
import dev.halcyon.contracts.FisherTask;
import dev.halcyon.contracts.StoredObject;
import dev.halcyon.objectstore.ModelUse;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.EndedAttempts;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Consumer;

/// Does a task unless its outcome is in the store, and puts the outcome there.
///
/// What a task puts has its content in its key and the outcome is put only where there is none, so
/// a task that runs twice, also at the same time, has one outcome that fits together.
final class TaskHandler {
  private final EndedAttempts ended;
  private final Outcomes outcomes;
  private final RangeHandler ranges;
  private final MergeHandler merges;

  TaskHandler(EndedAttempts ended, Outcomes outcomes, RangeHandler ranges, MergeHandler merges) {
    this.ended = ended;
    this.outcomes = outcomes;
    this.ranges = ranges;
    this.merges = merges;
  }

  static TaskHandler on(ObjectStore store, Machine machine) {
    Outcomes outcomes = new Outcomes(store);
    ModelObjects objects = new ModelObjects(store, new ModelUse(store, Clock.systemUTC()));
    return new TaskHandler(
        new EndedAttempts(store),
        outcomes,
        new RangeHandler(outcomes, objects, machine),
        new MergeHandler(outcomes, machine));
  }

  /// Returns when the outcome is in the store.
  ///
  /// @throws dev.halcyon.services.common.AttemptEndedException where nobody waits for it any more
  FisherResult handle(FisherTask task, Consumer<FisherProgress> progress) throws IOException {
    ended.refuse(task.jobId(), task.attempt());
    StoredObject outcome = outcome(task, progress);
    if (task instanceof FisherTask.Merge merge) {
      merges.removeSums(merge);
    }
    return result(task, outcome);
  }

  private StoredObject outcome(FisherTask task, Consumer<FisherProgress> progress)
      throws IOException {
    Optional<StoredObject> earlier = outcomes.find(task);
    if (earlier.isPresent()) {
      return earlier.orElseThrow();
    }
    try {
      return outcomes.put(task, compute(task, progress));
    } catch (IOException | RuntimeException e) {
      Optional<StoredObject> another = ofAnother(task);
      if (another.isEmpty()) {
        throw e;
      }
      return another.orElseThrow();
    }
  }

  private FisherOutcome compute(FisherTask task, Consumer<FisherProgress> progress)
      throws IOException {
    return switch (task) {
      case FisherTask.Range range -> ranges.handle(range, progress);
      case FisherTask.Merge merge -> merges.handle(merge, progress);
    };
  }

  /// A worker that ends the same task first removes what it was computed from.
  private Optional<StoredObject> ofAnother(FisherTask task) throws IOException {
    return task instanceof FisherTask.Merge ? outcomes.find(task) : Optional.empty();
  }

  private static FisherResult result(FisherTask task, StoredObject outcome) {
    boolean complete =
        switch (task) {
          case FisherTask.Range range -> range.ranges() == 1;
          case FisherTask.Merge _ -> true;
        };
    return new FisherResult(
        task.jobId(), task.attempt(), task.model(), task.name(), complete, outcome);
  }
}
