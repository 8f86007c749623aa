package dev.halcyon.contracts;

import java.util.List;

/// Announces a job on `job-plans`: its counts are what "complete" means. Announced again for each
/// request of the same content.
///
/// @param jobId key of the record too
/// @param attempt 1, and one more each time the job runs again after it failed
/// @param requestId of the request it answers
/// @param planKey object that holds the [Plan]
/// @param planDigest SHA-256 of that object
/// @param tensors to compare
/// @param bytes to read for that, over all models
/// @param fisherTasks to start; empty where no Fisher information is asked for
/// @param rendering what the request wants drawn
public record JobPlan(
    String jobId,
    int attempt,
    String requestId,
    String planKey,
    String planDigest,
    long tensors,
    long bytes,
    List<FisherTask.Range> fisherTasks,
    Rendering rendering) {
  public JobPlan {
    fisherTasks = fisherTasks == null ? List.of() : List.copyOf(fisherTasks);
  }

  /// The models whose Fisher information is asked for.
  public List<String> fisherModels() {
    return fisherTasks.stream().map(FisherTask.Range::model).distinct().toList();
  }
}
