package dev.halcyon.services.fetcher;

import dev.halcyon.analysis.names.TensorName;
import dev.halcyon.contracts.job.Plan;
import dev.halcyon.contracts.job.Plan.PlannedTensor;
import dev.halcyon.contracts.job.Plan.SkippedTensor;
import dev.halcyon.contracts.request.Analysis;
import dev.halcyon.contracts.request.CompareRequest;
import dev.halcyon.services.common.BadInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// Pairs the models' tensors by name and decides what is compared.
final class Planner {
  private Planner() {}

  /// @throws BadInputException where nothing can be compared
  static Plan plan(CompareRequest request, List<ModelTensors> named, EngineWork.Key engine) {
    boolean paired = request.analyses().contains(Analysis.SIMILARITY);
    List<ModelTensors> models = paired ? ModelKeys.align(named) : named;
    List<PlannedTensor> planned = new ArrayList<>();
    List<SkippedTensor> skipped = new ArrayList<>();
    if (paired) {
      Experts.Unstacked unstacked = Experts.unstack(models);
      skipped.addAll(unstacked.skipped());
      pair(keys(request.components(), unstacked.models()), unstacked.models(), planned, skipped);
    }
    return new Plan(
        Plan.SCHEMA,
        key(request, models, engine).jobId(),
        request.analyses(),
        request.components(),
        models.stream().map(ModelTensors::model).toList(),
        planned,
        skipped,
        List.of(),
        List.of());
  }

  private static void pair(
      List<String> keys,
      List<ModelTensors> models,
      List<PlannedTensor> planned,
      List<SkippedTensor> skipped) {
    for (String key : keys) {
      Pairing pairing = Pairing.of(key, models);
      pairing.planned().map(Untouched::settle).ifPresent(planned::add);
      skipped.addAll(pairing.skipped());
    }
    if (planned.isEmpty()) {
      throw new BadInputException(new NothingPaired(models, skipped).message());
    }
  }

  private static JobKey key(
      CompareRequest request, List<ModelTensors> models, EngineWork.Key engine) {
    return new JobKey(
        Plan.SCHEMA,
        request.analyses(),
        request.components(),
        models.stream().map(model -> model.model().fingerprint()).toList(),
        engine.fisher(),
        engine.divergence());
  }

  private static List<String> keys(List<String> components, List<ModelTensors> models) {
    List<String> all = ModelTensors.keys(models);
    if (components.isEmpty()) {
      return all;
    }
    for (String suffix : components) {
      if (all.stream().noneMatch(key -> TensorName.parse(key).matches(List.of(suffix)))) {
        throw new BadInputException(
            "no tensor name ends with the component %s; available are %s"
                .formatted(suffix, componentNames(all)));
      }
    }
    return all.stream().filter(key -> TensorName.parse(key).matches(components)).toList();
  }

  private static SortedSet<String> componentNames(List<String> keys) {
    SortedSet<String> names = new TreeSet<>();
    keys.forEach(key -> names.add(TensorName.parse(key).component()));
    return names;
  }
}
