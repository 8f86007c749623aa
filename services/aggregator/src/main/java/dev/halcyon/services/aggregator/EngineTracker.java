package dev.halcyon.services.aggregator;

import dev.halcyon.contracts.job.FisherProgress;
import dev.halcyon.contracts.job.FisherTask;
import dev.halcyon.contracts.job.JobPlan;
import dev.halcyon.contracts.job.JobPlan.FisherModel;
import dev.halcyon.contracts.job.ModelArrival;
import dev.halcyon.contracts.job.Plan;
import dev.halcyon.contracts.results.FisherResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Keeps what tasks of Fisher workers have come to: Fisher information of models and divergences of
/// fine-tunes.
final class EngineTracker {
  private final FisherTracker fisher;
  private final DivergenceTracker divergence;

  EngineTracker(Ledger ledger) {
    this.fisher = new FisherTracker(ledger);
    this.divergence = new DivergenceTracker(ledger);
  }

  FisherTracker fisher() {
    return fisher;
  }

  DivergenceTracker divergence() {
    return divergence;
  }

  /// Whether a plan has tasks of that model, or of that work on all models.
  static boolean isPlanned(JobPlan plan, String model) {
    return plan.fisher(model).isPresent() || DivergenceTracker.works(plan).contains(model);
  }

  /// Whether that is news.
  boolean arrived(String jobId, int attempt, ModelArrival arrival) {
    return fisher.arrived(jobId, attempt, arrival);
  }

  boolean isStartable(JobPlan plan) {
    return !fisher.startable(plan).isEmpty() || divergence.isStartable(plan);
  }

  /// The tasks that are to be started now.
  List<FisherTask> start(JobPlan announced, Plan plan) {
    List<FisherTask> tasks = new ArrayList<>();
    for (FisherModel model : fisher.startable(announced)) {
      tasks.addAll(fisher.start(announced, plan, model));
    }
    tasks.addAll(divergence.start(announced, plan));
    return tasks;
  }

  /// What a result that was not known makes of its work.
  ///
  /// @param complete whether all of it is done
  /// @param merge task that is left to do where all ranges of a model are there
  record Added(boolean complete, Optional<FisherTask> merge) {}

  /// Keeps the result; empty where the task has one.
  Optional<Added> add(JobPlan plan, FisherResult result) {
    Optional<FisherModel> model = plan.fisher(result.model());
    if (model.isPresent()) {
      return fisher.add(result)
          ? Optional.of(
              new Added(
                  result.complete(),
                  fisher.merge(plan, model.orElseThrow()).map(task -> (FisherTask) task)))
          : Optional.empty();
    }
    return divergence.add(result)
        ? Optional.of(new Added(divergence.isComplete(plan, result.model()), Optional.empty()))
        : Optional.empty();
  }

  /// Counts how far a task is.
  void progressed(String jobId, int attempt, FisherProgress now) {
    fisher.progressed(jobId, attempt, now);
  }
}
