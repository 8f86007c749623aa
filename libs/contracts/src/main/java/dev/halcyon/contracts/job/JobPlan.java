package dev.halcyon.contracts.job;

import static java.util.Objects.requireNonNull;

import dev.halcyon.contracts.json.MayBeAbsent;
import dev.halcyon.contracts.request.FisherSettings.Diagonal;
import dev.halcyon.contracts.request.Rendering;
import dev.halcyon.contracts.store.StoredObject;
import java.util.List;
import java.util.Optional;

/// Announces a job on `job-plans`: its counts are what "complete" means. Announced again for each
/// request of the same content. It refers to the plan, so its size does not depend on the number of
/// tensors or tasks.
///
/// @param jobId key of the record too
/// @param attempt 1, and one more each time the job runs again after it failed
/// @param requestId of the request it answers
/// @param plan object that holds the [Plan]
/// @param tensors to compare
/// @param bytes to read for that, over all models
/// @param fisher models whose Fisher information is asked for; their tasks are in the plan
/// @param divergence what is measured of all fine-tunes; its tasks are in the plan too
/// @param rendering how results are drawn
/// @param window tensors of the job that are announced or asked for at a time; the fetcher sees to
///   the first of them, and the aggregator asks for more as their results come. All at once where
///   absent
public record JobPlan(
    String jobId,
    int attempt,
    String requestId,
    StoredObject plan,
    long tensors,
    long bytes,
    @MayBeAbsent List<FisherModel> fisher,
    Optional<PlannedDivergence> divergence,
    Rendering rendering,
    @MayBeAbsent Long window) {
  public JobPlan {
    requireNonNull(jobId, "jobId is null");
    requireNonNull(plan, "plan is null");
    requireNonNull(rendering, "rendering is null");
    fisher = fisher == null ? List.of() : List.copyOf(fisher);
    divergence = divergence == null ? Optional.empty() : divergence;
    window = window == null ? tensors : window;
  }

  /// What the job estimates of that model, if anything.
  public Optional<FisherModel> fisher(String model) {
    return fisher.stream().filter(planned -> planned.model().equals(model)).findFirst();
  }

  /// A model whose Fisher information is asked for.
  ///
  /// @param model `base`, `ft1`, …
  /// @param ranges that its samples are cut into, each a task
  /// @param chunks runs that each component is cut into
  /// @param saveDiagonal the format to save the diagonal in
  public record FisherModel(String model, int ranges, int chunks, Optional<Diagonal> saveDiagonal) {
    public FisherModel {
      requireNonNull(model, "model is null");
      saveDiagonal = saveDiagonal == null ? Optional.empty() : saveDiagonal;
    }
  }

  /// A divergence that is asked for.
  ///
  /// @param models the base first
  /// @param ranges that its samples are cut into, each a task
  /// @param alone whether layers are measured by themselves afterwards, a task for each range again
  public record PlannedDivergence(List<String> models, int ranges, boolean alone) {
    public PlannedDivergence {
      models = List.copyOf(models);
    }
  }
}
