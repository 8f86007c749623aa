package dev.halcyon.services.fetcher;

import dev.halcyon.contracts.job.FisherTask.Divergence;
import dev.halcyon.contracts.job.FisherTask.Range;
import dev.halcyon.contracts.job.Plan;
import dev.halcyon.contracts.request.CompareRequest;
import dev.halcyon.objectstore.ObjectStore;
import dev.halcyon.services.common.LocalRoots;
import java.io.IOException;
import java.util.List;

/// Plans what a request asks Fisher workers for.
///
/// @param fisher information of models
/// @param divergence of fine-tunes
record EnginePlanner(FisherPlanner fisher, DivergencePlanner divergence) {
  static EnginePlanner of(LocalRoots roots, ObjectStore store, TaskSize size) {
    FisherTexts texts = new FisherTexts(roots, store);
    EngineModels models = new EngineModels(store);
    return new EnginePlanner(
        new FisherPlanner(texts, models, size), new DivergencePlanner(texts, models, size));
  }

  /// @throws dev.halcyon.services.common.BadInputException where texts or a model cannot be used
  EngineWork plan(CompareRequest request, List<ModelTensors> models) throws IOException {
    return new EngineWork(fisher.plan(request, models), divergence.plan(request, models));
  }

  /// The plan with the tasks of the work; what they refer to is in the store then.
  Plan withTasks(Plan plan, EngineWork work, int attempt) throws IOException {
    List<Range> ranges =
        work.fisher().isPresent()
            ? fisher.tasks(work.fisher().orElseThrow(), plan.jobId(), attempt)
            : List.of();
    List<Divergence> divergences =
        work.divergence().isPresent()
            ? divergence.tasks(work.divergence().orElseThrow(), plan.jobId(), attempt)
            : List.of();
    return plan.with(ranges, divergences);
  }
}
