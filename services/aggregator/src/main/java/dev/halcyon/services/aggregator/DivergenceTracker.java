package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.job.FisherTask;
import dev.halcyon.contracts.job.FisherTask.Alone;
import dev.halcyon.contracts.job.FisherTask.Divergence;
import dev.halcyon.contracts.job.FisherTask.Range;
import dev.halcyon.contracts.job.JobPlan;
import dev.halcyon.contracts.job.JobPlan.PlannedDivergence;
import dev.halcyon.contracts.job.Plan;
import dev.halcyon.contracts.results.FisherResult;
import dev.halcyon.contracts.store.StoredObject;
import java.util.ArrayList;
import java.util.List;

/// Keeps what the tasks of a job's divergence have come to, and says which are to be started: those
/// of the ranges once all models are there, and those of layers alone once all ranges are done.
///
/// Each of the two kinds of work has a record among those of models.
final class DivergenceTracker {
  private final Ledger ledger;

  DivergenceTracker(Ledger ledger) {
    this.ledger = ledger;
  }

  /// The kinds of work that a plan has.
  static List<String> works(JobPlan plan) {
    return plan.divergence()
        .map(planned ->
            planned.alone() ? List.of(Divergence.WORK, Alone.WORK) : List.of(Divergence.WORK))
        .orElse(List.of());
  }

  /// Whether tasks may start that were not started.
  boolean isStartable(JobPlan plan) {
    return rangesStartable(plan) || aloneStartable(plan);
  }

  private boolean rangesStartable(JobPlan plan) {
    return works(plan).contains(Divergence.WORK)
        && isNew(plan, Divergence.WORK)
        && plan.divergence().orElseThrow().models().stream()
            .allMatch(model -> ledger.model(plan.jobId(), model).isThere(plan.attempt()));
  }

  private boolean aloneStartable(JobPlan plan) {
    return works(plan).contains(Alone.WORK)
        && isNew(plan, Alone.WORK)
        && !isNew(plan, Divergence.WORK)
        && isComplete(plan, Divergence.WORK);
  }

  private boolean isNew(JobPlan plan, String work) {
    return ledger.model(plan.jobId(), work).started() < plan.attempt();
  }

  /// The tasks that are to be started now.
  List<FisherTask> start(JobPlan announced, Plan plan) {
    List<FisherTask> tasks = new ArrayList<>();
    if (rangesStartable(announced)) {
      start(announced, Divergence.WORK, plan.divergenceTasks(), tasks);
    }
    if (aloneStartable(announced)) {
      List<StoredObject> outcomes = outcomes(announced, Divergence.WORK);
      start(
          announced,
          Alone.WORK,
          plan.divergenceTasks().stream().map(range -> Alone.of(range, outcomes)).toList(),
          tasks);
    }
    return tasks;
  }

  private void start(
      JobPlan plan, String work, List<? extends FisherTask> all, List<FisherTask> started) {
    ledger.put(plan.jobId(), work, ledger.model(plan.jobId(), work).started(plan.attempt()));
    all.stream()
        .filter(task -> ledger.task(plan.jobId(), work, task.name()).outcome().isEmpty())
        .forEach(started::add);
  }

  /// Keeps the result; false where the task has one.
  boolean add(FisherResult result) {
    FisherTaskRecord task = ledger.task(result.jobId(), result.model(), result.task());
    if (task.outcome().isPresent()) {
      return false;
    }
    ledger.put(result.jobId(), result.model(), result.task(), task.done(result.outcome()));
    ledger.put(
        result.jobId(), result.model(), ledger.model(result.jobId(), result.model()).counted());
    return true;
  }

  boolean isComplete(JobPlan plan, String work) {
    return ledger.model(plan.jobId(), work).tasks()
        >= plan.divergence().map(PlannedDivergence::ranges).orElse(0);
  }

  /// What was found, in the order of the ranges.
  List<StoredObject> outcomes(JobPlan plan, String work) {
    List<StoredObject> outcomes = new ArrayList<>();
    for (int range = 0; range < plan.divergence().orElseThrow().ranges(); range++) {
      ledger.task(plan.jobId(), work, Range.name(range)).outcome().ifPresent(outcomes::add);
    }
    return outcomes;
  }
}
