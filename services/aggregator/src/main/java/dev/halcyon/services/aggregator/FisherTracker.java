package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.job.FisherProgress;
import dev.halcyon.contracts.job.FisherTask;
import dev.halcyon.contracts.job.FisherTask.Merge;
import dev.halcyon.contracts.job.FisherTask.Range;
import dev.halcyon.contracts.job.JobPlan;
import dev.halcyon.contracts.job.JobPlan.FisherModel;
import dev.halcyon.contracts.job.ModelArrival;
import dev.halcyon.contracts.job.Plan;
import dev.halcyon.contracts.results.FisherResult;
import dev.halcyon.contracts.store.StoredObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Keeps what Fisher tasks have come to, and says which are to be started.
final class FisherTracker {
  private final Ledger ledger;

  FisherTracker(Ledger ledger) {
    this.ledger = ledger;
  }

  /// Whether that is news.
  boolean arrived(String jobId, int attempt, ModelArrival arrival) {
    FisherModelRecord known = ledger.model(jobId, arrival.model());
    FisherModelRecord next = known.arrived(attempt, arrival);
    ledger.put(jobId, arrival.model(), next);
    return !next.equals(known);
  }

  /// The models of a plan that have arrived whole, and whose tasks were not started.
  List<FisherModel> startable(JobPlan plan) {
    return plan.fisher().stream()
        .filter(model -> ledger.model(plan.jobId(), model.model()).isStartable(plan.attempt()))
        .toList();
  }

  /// The tasks that a model needs started.
  List<FisherTask> start(JobPlan announced, Plan plan, FisherModel model) {
    String jobId = announced.jobId();
    FisherModelRecord known = ledger.model(jobId, model.model());
    ledger.put(jobId, model.model(), known.started(announced.attempt()));
    List<FisherTask> tasks = new ArrayList<>();
    merge(announced, model).ifPresent(tasks::add);
    for (Range range : plan.fisherTasks(model.model())) {
      if (ledger.task(jobId, model.model(), range.name()).outcome().isEmpty()) {
        tasks.add(range);
      }
    }
    return tasks;
  }

  /// Keeps the result; false where the task has one.
  boolean add(FisherResult result) {
    FisherTaskRecord task = ledger.task(result.jobId(), result.model(), result.task());
    if (task.outcome().isPresent()) {
      return false;
    }
    ledger.put(result.jobId(), result.model(), result.task(), task.done(result.outcome()));
    FisherModelRecord model = ledger.model(result.jobId(), result.model());
    ledger.put(
        result.jobId(),
        result.model(),
        result.complete() ? model.complete(result.outcome()) : model.counted());
    return true;
  }

  /// The task that adds up a model's ranges, if all of them are there and it has not been done.
  Optional<Merge> merge(JobPlan plan, FisherModel planned) {
    FisherModelRecord model = ledger.model(plan.jobId(), planned.model());
    if (model.isComplete() || model.tasks() < planned.ranges()) {
      return Optional.empty();
    }
    List<StoredObject> outcomes = ranges(plan.jobId(), planned);
    return outcomes.size() < planned.ranges()
        ? Optional.empty()
        : Optional.of(
            new Merge(
                plan.jobId(),
                plan.attempt(),
                planned.model(),
                outcomes,
                planned.chunks(),
                planned.saveDiagonal()));
  }

  private List<StoredObject> ranges(String jobId, FisherModel planned) {
    List<StoredObject> outcomes = new ArrayList<>();
    for (int range = 0; range < planned.ranges(); range++) {
      ledger.task(jobId, planned.model(), Range.name(range)).outcome().ifPresent(outcomes::add);
    }
    return outcomes;
  }

  /// Counts how far a range is; adding up ranges is too short to be shown.
  void progressed(String jobId, int attempt, FisherProgress now) {
    if (now.task().equals(Merge.NAME)) {
      return;
    }
    FisherTaskRecord task = ledger.task(jobId, now.model(), now.task());
    FisherModelRecord model = ledger.model(jobId, now.model());
    ledger.put(jobId, now.model(), model.progressed(task.progress(attempt), now));
    ledger.put(jobId, now.model(), now.task(), task.progressed(attempt, now));
  }

  /// What was found, by model.
  Map<String, StoredObject> outcomes(JobPlan plan) {
    Map<String, StoredObject> outcomes = new LinkedHashMap<>();
    for (FisherModel model : plan.fisher()) {
      ledger
          .model(plan.jobId(), model.model())
          .outcome()
          .ifPresent(found -> outcomes.put(model.model(), found));
    }
    return outcomes;
  }
}
