package dev.halcyon.services.fisher;

import dev.halcyon.contracts.job.FisherProgress;
import dev.halcyon.contracts.job.FisherTask;
import dev.halcyon.contracts.results.FisherResult;
import dev.halcyon.contracts.store.StoredObject;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.EndedAttempts;
import dev.halcyon.services.common.models.ModelUse;
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
  private final DivergenceHandler divergences;
  private final AloneHandler layers;

  TaskHandler(EndedAttempts ended, Outcomes outcomes, ModelObjects objects, Machine machine) {
    this.ended = ended;
    this.outcomes = outcomes;
    this.ranges = new RangeHandler(outcomes, objects, machine);
    this.merges = new MergeHandler(outcomes, machine);
    this.divergences = new DivergenceHandler(outcomes, objects, machine);
    this.layers = new AloneHandler(outcomes, objects, machine);
  }

  /// @param reads of the models' objects
  static TaskHandler on(ObjectStore store, ObjectReads reads, Machine machine) {
    ModelUse use = new ModelUse(store, Clock.systemUTC());
    ModelObjects objects = new ModelObjects(store, reads, use);
    return new TaskHandler(new EndedAttempts(store), new Outcomes(store), objects, machine);
  }

  /// Returns when the outcome is in the store.
  ///
  /// @throws dev.halcyon.services.common.AttemptEndedException if the attempt has ended
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

  private Record compute(FisherTask task, Consumer<FisherProgress> progress) throws IOException {
    return switch (task) {
      case FisherTask.Range range -> ranges.handle(range, progress);
      case FisherTask.Merge merge -> merges.handle(merge, progress);
      case FisherTask.Divergence range -> divergences.handle(range, progress);
      case FisherTask.Alone range -> layers.handle(range, progress);
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
          case FisherTask.Divergence range -> range.ranges() == 1;
          case FisherTask.Alone range -> range.divergence().ranges() == 1;
        };
    return new FisherResult(
        task.jobId(), task.attempt(), task.model(), task.name(), complete, outcome);
  }
}
